package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.FaultServer.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests servers with invalid answers or none. Each failure has an exit code and a message, on both
 * routes. Most tests wait for a deadline or a retry, so they run in parallel.
 */
@Execution(ExecutionMode.CONCURRENT)
final class FaultTest {
  @TempDir static Path temporary;
  private static InProcessGateway gateway;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = InProcessGateway.start(temporary.resolve("gateway.sock"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @TestFactory
  Stream<DynamicTest> eachFaultHasItsExitCodeAndMessage() {
    return FaultCases.all()
        .flatMap(
            c ->
                Stream.of(CallRoute.values())
                    .map(
                        route ->
                            DynamicTest.dynamicTest(
                                c.name() + " " + route, () -> c.check(route, gateway))));
  }

  @ParameterizedTest
  @EnumSource
  void finishedServerEndsTheCommandWhileItsInputIsOpen(CallRoute route) {
    for (String status : List.of("0", "9")) {
      Fault fault = answer -> answer.headers().hello().trailers("grpc-status", status);
      try (FaultServer server = new FaultServer(Map.of(FaultServer.CONVERSATION, fault))) {
        InProcessRun call =
            gateway.start(
                route.on(
                    gateway
                        .grpcos("call", "-t", server.target(), "--plaintext", "SayHelloBidiStream")
                        .stdinHeldOpen("{}\n".getBytes(US_ASCII))));
        Outcome outcome = call.end(InProcessGateway.SOON);
        assertThat(outcome.stdout()).isEqualTo(FaultCases.HELLO);
        assertThat(outcome.exit()).isEqualTo(status.equals("0") ? 0 : 73);
      }
    }
  }
}
