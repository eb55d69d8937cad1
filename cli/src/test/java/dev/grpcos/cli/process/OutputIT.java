package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What golden cases can't hold of output: terminals, times, filters that never end. */
final class OutputIT {
  @TempDir static Path temporary;
  private static TestGateway gateway;

  @TempDir Path folder;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = TestGateway.run(temporary.resolve("gateway.sock"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @AfterEach
  void endProcesses() {
    gateway.endStarted();
  }

  private Outcome run(Warmth warmth, String script) {
    return warmth.on(gateway.bash(script)).in(folder).run();
  }

  /** On a pseudo-terminal of util-linux's script, which ends lines the way terminals do. */
  private Outcome onTerminal(Warmth warmth, String environment, String command) {
    Outcome outcome =
        run(warmth, environment + " script --return -qec '" + command + "' /dev/null </dev/null");
    return new Outcome(outcome.exit(), outcome.stdout().replace("\r\n", "\n"), outcome.stderr());
  }

  @ParameterizedTest
  @EnumSource
  void aTerminalGetsColoursAndIndents(Warmth warmth) {
    assertThat(onTerminal(warmth, "TERM=xterm", "grpcos call SayHello name=x"))
        .isEqualTo(
            new Outcome(
                0,
                "{\n  \u001b[34;1m\"message\"\u001b[0m: \u001b[32m\"Hello x\"\u001b[0m\n}\n",
                ""));
  }

  @ParameterizedTest
  @EnumSource
  void aTerminalAsInputStandsForOneEmptyRequest(Warmth warmth) {
    assertThat(onTerminal(warmth, "TERM=dumb", "grpcos call SayHello --compact"))
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello \"}\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void noColorAndDumbTerminalsGetNone(Warmth warmth) {
    Outcome plain = new Outcome(0, "{\n  \"message\": \"Hello x\"\n}\n", "");
    String command = "grpcos call SayHello name=x";
    assertThat(onTerminal(warmth, "TERM=xterm NO_COLOR=1", command)).isEqualTo(plain);
    assertThat(onTerminal(warmth, "TERM=dumb", command)).isEqualTo(plain);
    assertThat(onTerminal(warmth, "TERM=xterm", command + " --color=never")).isEqualTo(plain);
  }

  @ParameterizedTest
  @EnumSource
  void binaryIsRefusedOnATerminal(Warmth warmth) {
    assertThat(onTerminal(warmth, "TERM=xterm", "grpcos call SayHello name=x -o binary"))
        .isEqualTo(
            new Outcome(
                2,
                "grpcos: -o binary is not for terminals: send it to a file or a program, or give"
                    + " -o text\n",
                ""));
  }

  @ParameterizedTest
  @EnumSource
  void anEndlessFilterEndsWithItsReader(Warmth warmth) {
    assertThat(
            run(
                warmth,
                "grpcos call SayHello name=x --jq 'range(infinite)' | head -2;"
                    + " echo ${PIPESTATUS[@]}"))
        .isEqualTo(new Outcome(0, "0\n1\n0 0\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void aFilterWithoutResultsEnds(Warmth warmth) throws Exception {
    Running filter =
        gateway.start(
            warmth.on(
                gateway.grpcos("call", "SayHello", "name=x", "--jq", "range(infinite) | empty")));
    Outcome outcome = filter.end(TestGateway.SOON);
    assertThat(outcome.stderr()).startsWith("grpcos: --jq took more than ");
    assertThat(outcome.exit()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void verboseTellsPhasesSizesAndTimes(Warmth warmth) {
    Outcome outcome =
        run(
            warmth,
            "grpcos call SayHello name=x -v -H 'tenant: acme' -H 'x-api-key: secret' 2>&1"
                + " >/dev/null");
    String told = outcome.stdout();
    assertThat(told.replaceAll("[0-9.]+ ms", "T"))
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
    // all of a call's times have one zero point
    double headers = milliseconds(told, "headers after");
    double response = milliseconds(told, "bytes after");
    double end = milliseconds(told, "OK after");
    assertThat(List.of(headers, response, end)).isSorted();
    assertThat(milliseconds(told, "first response")).isEqualTo(response);
    assertThat(milliseconds(told, ", call")).isEqualTo(end);
  }

  private static double milliseconds(String told, String what) {
    Matcher time = Pattern.compile(what + " ([0-9.]+) ms").matcher(told);
    assertThat(time.find()).as(told).isTrue();
    return Double.parseDouble(time.group(1));
  }

  @ParameterizedTest
  @EnumSource
  void unorderedRepliesDoNotWaitForEachOther(Warmth warmth) throws Exception {
    Running batch =
        gateway.start(
            warmth.on(gateway.bash("printf '{}{}{}' | grpcos call Health/Watch -j 3 --unordered")));
    TestGateway.awaitStdout(batch, "{\"status\":\"SERVING\"}\n".repeat(3));
    assertThat(batch.isAlive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void textAndBinaryAreReadBack(Warmth warmth) {
    Outcome outcome =
        run(
            warmth,
            "printf '{\"name\":\"a\\\\nb\"}{\"name\":\"c\"}' | grpcos call SayHello -o text;"
                + " printf '{\"name\":\"a\"}{\"name\":\"b\"}' | grpcos call SayHello -o binary | od"
                + " -An -c");
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                0,
                """
                message: "Hello a\\nb"
                message: "Hello c"
                  \\t  \\n  \\a   H   e   l   l   o       a  \\t  \\n  \\a   H   e   l
                   l   o       b
                """,
                ""));
  }
}
