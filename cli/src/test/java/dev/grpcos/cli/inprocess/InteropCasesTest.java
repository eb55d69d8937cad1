package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.resident.Eventually;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the cases of gRPC's interoperability suite that need no generated code.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md">the
 *     cases</a>
 */
final class InteropCasesTest extends InProcessFixture {
  private static final String SERVICE = "grpc.testing.TestService/";

  private static InteropServers servers;
  private static Map<String, List<String>> targets;

  @BeforeAll
  static void startServers() throws Exception {
    servers = new InteropServers(folder);
    targets = servers.everyTarget();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  @AfterEach
  void endProcesses() {
    gateway.endStarted();
  }

  /**
   * Each target is tested on both routes. Each case runs on both routes on the Unix socket, and on
   * the gateway's connections for the other targets.
   */
  static Stream<Arguments> everyTarget() {
    return InteropServers.KINDS.stream()
        .flatMap(target -> Stream.of(CallRoute.values()).map(route -> Arguments.of(target, route)));
  }

  static Stream<Arguments> mostTargets() {
    return everyTarget()
        .filter(
            arguments ->
                arguments.get()[0].equals("unix") || arguments.get()[1].equals(CallRoute.RESIDENT));
  }

  private static InProcessCommand command(
      String target, CallRoute route, String method, String... options) {
    List<String> arguments = new ArrayList<>(List.of("call"));
    arguments.addAll(targets.get(target));
    arguments.add(SERVICE + method);
    arguments.addAll(List.of(options));
    return route.on(gateway.grpcos(arguments.toArray(new String[0])));
  }

  private static Outcome call(
      String target, CallRoute route, String input, String method, String... options) {
    return command(target, route, method, options).stdinPipe(input.getBytes(UTF_8)).run();
  }

  private static String zeros(int count) {
    return Base64.getEncoder().encodeToString(new byte[count]);
  }

  private static String payload(int bytes) {
    return "{\"payload\":{\"body\":\"" + zeros(bytes) + "\"}}\n";
  }

  @ParameterizedTest
  @MethodSource("everyTarget")
  void emptyUnary(String target, CallRoute route) {
    assertThat(call(target, route, "{}", "EmptyCall")).isEqualTo(new Outcome(0, "{}\n", ""));
  }

  @ParameterizedTest
  @MethodSource("mostTargets")
  void largeUnary(String target, CallRoute route) {
    String request = "{\"responseSize\":314159,\"payload\":{\"body\":\"" + zeros(271_828) + "\"}}";
    Outcome outcome = call(target, route, request, "UnaryCall");
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout()).hasSize("{\"payload\":{\"body\":\"\"}}\n".length() + 418_880);
  }

  @ParameterizedTest
  @MethodSource("mostTargets")
  void clientStreaming(String target, CallRoute route) {
    String requests = payload(27_182) + payload(8) + payload(1_828) + payload(45_904);
    assertThat(call(target, route, requests, "StreamingInputCall"))
        .isEqualTo(new Outcome(0, "{\"aggregatedPayloadSize\":74922}\n", ""));
  }

  @ParameterizedTest
  @MethodSource("mostTargets")
  void serverStreaming(String target, CallRoute route) {
    String request =
        "{\"responseParameters\":[{\"size\":31415},{\"size\":9},{\"size\":2653},{\"size\":58979}]}";
    Outcome outcome = call(target, route, request, "StreamingOutputCall");
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout().lines().map(InteropCasesTest::bodyBytes))
        .containsExactly(31415, 9, 2653, 58979);
  }

  private static int bodyBytes(String response) {
    String body = response.replaceFirst(".*\"body\":\"", "").replaceFirst("\".*", "");
    return Base64.getDecoder().decode(body).length;
  }

  @ParameterizedTest
  @MethodSource("mostTargets")
  void pingPong(String target, CallRoute route) throws Exception {
    InProcessRun call =
        gateway.start(command(target, route, "FullDuplexCall").stdinHeldOpen(new byte[0]));
    int received = 0;
    for (int size : new int[] {31415, 9, 2653, 58979}) {
      call.type("{\"responseParameters\":[{\"size\":" + size + "}]}\n");
      int lines = ++received;
      Eventually.until(
          "reply " + lines,
          InProcessGateway.SOON,
          () -> call.stdout().lines().count() == lines && call.stdout().endsWith("\n"));
      assertThat(bodyBytes(call.stdout().lines().toList().get(lines - 1))).isEqualTo(size);
    }
    call.closeInput();
    assertThat(call.end(InProcessGateway.SOON).exit()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void emptyStream(CallRoute route) {
    assertThat(call("unix", route, "", "FullDuplexCall")).isEqualTo(new Outcome(0, "", ""));
  }

  @ParameterizedTest
  @MethodSource("mostTargets")
  void customMetadata(String target, CallRoute route) {
    Outcome outcome =
        call(
            target,
            route,
            "{\"responseSize\":1}",
            "UnaryCall",
            "-v",
            "-H",
            "x-grpc-test-echo-initial: test_initial_metadata_value",
            "-H",
            "x-grpc-test-echo-trailing-bin: q6ur");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.stderr())
        .contains("< x-grpc-test-echo-initial: test_initial_metadata_value\n")
        .contains("< x-grpc-test-echo-trailing-bin: q6ur\n");
  }

  @ParameterizedTest
  @MethodSource("mostTargets")
  void statusCodeAndMessage(String target, CallRoute route) {
    String request = "{\"responseStatus\":{\"code\":2,\"message\":\"test status message\"}}";
    for (String method : List.of("UnaryCall", "FullDuplexCall")) {
      assertThat(call(target, route, request, method))
          .isEqualTo(
              new Outcome(
                  66, "", "grpcos: UNKNOWN: test status message (" + SERVICE + method + ")\n"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void specialStatusMessage(CallRoute route) {
    String message = "\\t\\ntest with whitespace\\r\\nand Unicode BMP ☺ and non-BMP 😈\\t\\n";
    Outcome outcome =
        call(
            "unix",
            route,
            "{\"responseStatus\":{\"code\":2,\"message\":\"" + message + "\"}}",
            "UnaryCall");
    assertThat(outcome)
        .isEqualTo(
            new Outcome(66, "", "grpcos: UNKNOWN: " + message + " (" + SERVICE + "UnaryCall)\n"));
  }

  @ParameterizedTest
  @MethodSource("mostTargets")
  void unimplementedMethod(String target, CallRoute route) {
    Outcome outcome = call(target, route, "{}", "UnimplementedCall");
    assertThat(outcome.stderr()).startsWith("grpcos: UNIMPLEMENTED: ").hasLineCount(1);
    assertThat(outcome.exit()).isEqualTo(76);
  }

  /** The schema contains the service, but the server does not serve it. */
  @ParameterizedTest
  @EnumSource
  void unimplementedService(CallRoute route) {
    List<String> arguments = new ArrayList<>(List.of("call"));
    arguments.addAll(targets.get("unix"));
    arguments.addAll(List.of("grpc.testing.UnimplementedService/UnimplementedCall", "-d", "{}"));
    Outcome outcome = route.on(gateway.grpcos(arguments.toArray(new String[0]))).run();
    assertThat(outcome.stderr()).startsWith("grpcos: UNIMPLEMENTED: ").hasLineCount(1);
    assertThat(outcome.exit()).isEqualTo(76);
  }

  @ParameterizedTest
  @EnumSource
  void cancelAfterBegin(CallRoute route) throws Exception {
    int before = servers.cancelled.get();
    InProcessRun call =
        gateway.start(
            command("unix", route, "StreamingInputCall", "-v").stdinHeldOpen(new byte[0]));
    Eventually.until("it began", InProcessGateway.SOON, () -> call.stderr().contains("> call 1"));
    int requests = servers.requests.get();
    call.type(payload(1));
    Eventually.until(
        "the server has it", InProcessGateway.SOON, () -> servers.requests.get() > requests);
    call.close();
    Eventually.until(
        "the server knows", InProcessGateway.SOON, () -> servers.cancelled.get() > before);
  }

  @ParameterizedTest
  @EnumSource
  void cancelAfterFirstResponse(CallRoute route) throws Exception {
    int before = servers.cancelled.get();
    InProcessRun call =
        gateway.start(
            command("unix", route, "FullDuplexCall", "--limit", "1")
                .stdinHeldOpen("{\"responseParameters\":[{\"size\":1}]}\n".getBytes(UTF_8)));
    Outcome outcome = call.end(InProcessGateway.SOON);
    assertThat(outcome.stdout()).hasLineCount(1);
    assertThat(outcome.exit()).isZero();
    Eventually.until(
        "the server knows", InProcessGateway.SOON, () -> servers.cancelled.get() > before);
  }

  @ParameterizedTest
  @EnumSource
  void timeoutOnSleepingServer(CallRoute route) {
    String deadline = "2s";
    Outcome outcome = callOfSleepingServer(route, deadline);
    if (!outcome.equals(noAnswer(deadline))) { // a busy machine began the call too late
      deadline = "20s";
      outcome = callOfSleepingServer(route, deadline);
    }
    assertThat(outcome).isEqualTo(noAnswer(deadline));
  }

  private static Outcome callOfSleepingServer(CallRoute route, String deadline) {
    return call(
        "unix",
        route,
        "{\"responseParameters\":[{\"size\":1,\"intervalUs\":60000000}]}",
        "FullDuplexCall",
        "--deadline",
        deadline);
  }

  private static Outcome noAnswer(String deadline) {
    return new Outcome(
        68,
        "",
        "grpcos: DEADLINE_EXCEEDED: no answer within %s; allow more time with --deadline (%sFullDuplexCall)\n"
            .formatted(deadline, SERVICE));
  }

  @ParameterizedTest
  @EnumSource
  void compressedBothWays(CallRoute route) {
    int before = servers.compressed.get();
    Outcome unary =
        call(
            "tcp",
            route,
            "{\"responseCompressed\":{\"value\":true},\"responseSize\":314159}",
            "UnaryCall",
            "--gzip",
            "-v");
    assertThat(unary.exit()).isZero();
    assertThat(unary.stdout()).hasSizeGreaterThan(400_000);
    Outcome stream =
        call("tcp", route, payload(27_182) + payload(45_904), "StreamingInputCall", "--gzip");
    assertThat(stream).isEqualTo(new Outcome(0, "{\"aggregatedPayloadSize\":73086}\n", ""));
    assertThat(servers.compressed.get()).isEqualTo(before + 2);
  }
}
