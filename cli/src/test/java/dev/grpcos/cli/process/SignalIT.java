package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Signals to commands in the middle of calls, and to the gateway that serves them. */
final class SignalIT {
  @TempDir Path folder;
  private TestGateway gateway;

  @BeforeEach
  void startGateway() throws Exception {
    gateway = TestGateway.run(folder.resolve("gateway.sock"), "--drain", "20s");
  }

  @AfterEach
  void stopGateway() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "COLD,INT,130",
    "COLD,TERM,143",
    "COLD,KILL,137",
    "WARM,INT,130",
    "WARM,TERM,143",
    "WARM,KILL,137"
  })
  void aSignalToTheCommandCancelsItsCallAtTheServer(Warmth warmth, String signal, int exit)
      throws Exception {
    int before = gateway.inFlight();
    Running watch = gateway.watch(warmth);
    assertThat(gateway.inFlight()).isEqualTo(before + 1);
    watch.signal(signal);
    assertThat(watch.end(TestGateway.SOON))
        .isEqualTo(new Outcome(exit, "{\"status\":\"SERVING\"}\n", ""));
    Await.until("the call is cancelled", TestGateway.SOON, () -> gateway.inFlight() == before);
  }

  @ParameterizedTest
  @EnumSource
  void aGatewayThatIsKilledLeavesItsCallsUnavailable(Warmth warmth) throws Exception {
    Running watch = gateway.watch(warmth);
    Running conversation = gateway.converse(warmth);
    gateway.process().signal("KILL");
    for (Running call : new Running[] {watch, conversation}) {
      Outcome outcome = call.end(TestGateway.SOON);
      assertThat(outcome.stderr()).startsWith("grpcos: UNAVAILABLE: ").hasLineCount(1);
      assertThat(outcome.exit()).isEqualTo(78);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aGatewayThatIsTerminatedLetsItsCallsEnd(Warmth warmth) throws Exception {
    Running watch = gateway.watch(warmth);
    Running conversation = gateway.converse(warmth);
    gateway.process().signal("TERM");
    Await.until(
        "the watcher is told", TestGateway.SOON, () -> watch.stdout().contains("NOT_SERVING"));

    conversation.type("{\"name\":\"two\"}\n");
    TestGateway.awaitStdout(
        conversation, "{\"message\":\"Hello one\"}\n{\"message\":\"Hello two\"}\n");
    assertThat(gateway.process().isAlive()).isTrue();
    conversation.closeInput();
    assertThat(conversation.end(TestGateway.SOON).exit()).isZero();
    watch.signal("TERM"); // it would hold up the end as long as the drain allows
    assertThat(gateway.process().end(TestGateway.SOON).exit()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aDrainThatTakesTooLongCancelsTheCalls(Warmth warmth) throws Exception {
    gateway.close();
    gateway = TestGateway.run(folder.resolve("gateway.sock"), "--drain", "200ms");
    Running conversation = gateway.converse(warmth);
    gateway.process().signal("TERM");
    assertThat(gateway.process().end(TestGateway.SOON).exit()).isZero();
    Outcome outcome = conversation.end(TestGateway.SOON);
    assertThat(outcome.stderr())
        .startsWith(warmth == Warmth.COLD ? "grpcos: CANCELLED: " : "grpcos: UNAVAILABLE: ")
        .hasLineCount(1);
    // the resident ends with its gateway: its launcher can't hear of a status
    assertThat(outcome.exit()).isEqualTo(warmth == Warmth.COLD ? 65 : 78);
  }
}
