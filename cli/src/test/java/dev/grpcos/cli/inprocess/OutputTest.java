package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.invocation.StreamKind;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests output that golden cases cannot contain: on terminals, with times, and of endless filters.
 */
final class OutputTest extends InProcessFixture {
  @AfterEach
  void endCommands() {
    gateway.endStarted();
  }

  private static InProcessCommand onTerminal(CallRoute route, String term, String... arguments) {
    return route.on(gateway.grpcos(arguments)).onTerminal(80).with("TERM", term);
  }

  @ParameterizedTest
  @EnumSource
  void terminalGetsColoursAndIndents(CallRoute route) {
    assertThat(onTerminal(route, "xterm", "call", "SayHello", "name=x").run())
        .isEqualTo(
            new Outcome(
                0,
                "{\n  \u001b[34;1m\"message\"\u001b[0m: \u001b[32m\"Hello x\"\u001b[0m\n}\n",
                ""));
  }

  @ParameterizedTest
  @EnumSource
  void terminalAsInputMeansOneEmptyRequest(CallRoute route) {
    assertThat(
            onTerminal(route, "dumb", "call", "SayHello", "--compact")
                .stdin(StreamKind.TERMINAL, new byte[0])
                .run())
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello \"}\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void noColorAndDumbTerminalsGetNone(CallRoute route) {
    Outcome plain = new Outcome(0, "{\n  \"message\": \"Hello x\"\n}\n", "");
    String[] call = {"call", "SayHello", "name=x"};
    assertThat(onTerminal(route, "xterm", call).with("NO_COLOR", "1").run()).isEqualTo(plain);
    assertThat(onTerminal(route, "dumb", call).run()).isEqualTo(plain);
    assertThat(onTerminal(route, "xterm", "call", "SayHello", "name=x", "--color=never").run())
        .isEqualTo(plain);
  }

  @ParameterizedTest
  @EnumSource
  void binaryIsRefusedOnATerminal(CallRoute route) {
    Outcome outcome =
        onTerminal(route, "xterm", "call", "SayHello", "name=x", "-o", "binary").run();
    assertThat(outcome.stderr()).startsWith("grpcos: -o binary").hasLineCount(1);
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.exit()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void failedRequestsCanBeGivenAgain(CallRoute route) throws Exception {
    String file = folder.resolve("failed-" + route).toString();
    String input = "{\"service\":\"a\"} {} {\"service\":\"b\"}\n{\"service\":\"c\"}";
    String[] call = {"call", "Health/Check", "--keep-going", "-j", "8", "--failed", file};
    Outcome outcome =
        route.on(gateway.grpcos(call)).stdin(StreamKind.PIPE, input.getBytes(UTF_8)).run();
    assertThat(outcome.stderr())
        .contains("(grpc.health.v1.Health/Check, input line 1, column 20)\n")
        .endsWith("grpcos: 3 of 4 calls failed: 3 NOT_FOUND; first: input line 1\n");
    assertThat(Path.of(file))
        .hasContent("{\"service\":\"a\"}\n{\"service\":\"b\"}\n{\"service\":\"c\"}\n");
  }

  @ParameterizedTest
  @EnumSource
  void endlessFilterEndsWithItsReader(CallRoute route) throws Exception {
    InProcessRun filter =
        gateway.start(
            route.on(gateway.grpcos("call", "SayHello", "name=x", "--jq", "range(infinite)")));
    InProcessGateway.await("results", () -> filter.stdout().startsWith("0\n1\n"));
    filter.breakStdout();
    assertThat(filter.end(InProcessGateway.SOON).exit()).isZero();
    assertThat(filter.stderr()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void filterWithoutResultsEnds(CallRoute route) {
    Outcome outcome =
        route
            .on(
                gateway.grpcos(
                    "call",
                    "SayHello",
                    "name=x",
                    "--jq",
                    "(\"x\" * 1000) as $x | range(infinite) | $x + $x | empty"))
            .run();
    assertThat(outcome.stderr()).startsWith("grpcos: --jq took more than ");
    assertThat(outcome.exit()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void verboseReportsPhasesSizesAndTimes(CallRoute route) {
    String report =
        route
            .on(
                gateway.grpcos(
                    "call",
                    "SayHello",
                    "name=x",
                    "-v",
                    "-H",
                    "tenant: acme",
                    "-H",
                    "x-api-key: secret"))
            .run()
            .stderr();
    assertThat(report.replaceAll("[0-9.]+ ms", "T"))
        .isEqualTo(
            """
            * connect T
            * reflect T
            > call 1: helloworld.Greeter/SayHello (helloworld.HelloRequest) returns (helloworld.HelloReply)
            > tenant: acme
            > x-api-key: (not shown)
            < headers after T
            < response 1: 9 bytes after T
            < OK after T: 1 response, 9 bytes
            * encode T, first response T, call T; 1 request, 3 bytes
            """);
    // all times of a call have the same start
    double headers = milliseconds(report, "headers after");
    double response = milliseconds(report, "bytes after");
    double end = milliseconds(report, "OK after");
    assertThat(List.of(headers, response, end)).isSorted();
    assertThat(milliseconds(report, "first response")).isEqualTo(response);
    assertThat(milliseconds(report, ", call")).isEqualTo(end);
  }

  private static double milliseconds(String report, String what) {
    Matcher time = Pattern.compile(what + " ([0-9.]+) ms").matcher(report);
    assertThat(time.find()).as(report).isTrue();
    return Double.parseDouble(time.group(1));
  }

  @ParameterizedTest
  @EnumSource
  void unorderedRepliesDoNotWaitForEachOther(CallRoute route) throws Exception {
    InProcessRun batch =
        gateway.start(
            route
                .on(gateway.grpcos("call", "Health/Watch", "-j", "3", "--unordered"))
                .stdinPipe("{}{}{}".getBytes(UTF_8)));
    InProcessGateway.awaitStdout(batch, "{\"status\":\"SERVING\"}\n".repeat(3));
    assertThat(batch.isAlive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void textAndBinaryAreReadBack(CallRoute route) {
    byte[] requests = "{\"name\":\"a\\nb\"}{\"name\":\"c\"}".getBytes(UTF_8);
    assertThat(route.on(gateway.grpcos("call", "SayHello", "-o", "text")).stdinPipe(requests).run())
        .isEqualTo(new Outcome(0, "message: \"Hello a\\nb\"\nmessage: \"Hello c\"\n", ""));
    assertThat(
            route.on(gateway.grpcos("call", "SayHello", "-o", "binary")).stdinPipe(requests).run())
        .isEqualTo(new Outcome(0, "\13\n\11Hello a\nb\t\n\7Hello c", ""));
  }
}
