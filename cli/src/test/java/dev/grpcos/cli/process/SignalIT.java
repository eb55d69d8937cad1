package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals to commands during calls, and to the gateway that serves them. */
final class SignalIT extends RenewedGatewayFixture {
  @Override
  List<String> options() {
    return List.of("--drain", "2m");
  }

  @ParameterizedTest
  @CsvSource({"COLD,INT,130", "COLD,KILL,137", "WARM,INT,130", "WARM,TERM,143", "WARM,KILL,137"})
  void signalToTheCommandCancelsItsCallAtTheServer(RunMode warmth, String signal, int exit)
      throws Exception {
    gateway.awaitInFlight(0);
    Running watch = gateway.watch(warmth);
    gateway.awaitInFlight(1);
    watch.signal(signal);
    assertThat(watch.end(TestGateway.SOON))
        .isEqualTo(new Outcome(exit, "{\"status\":\"SERVING\"}\n", ""));
    gateway.awaitInFlight(0);
  }

  /** TERM ends it while the editor runs, INT during the call. */
  @ParameterizedTest
  @CsvSource({
    "TERM,143,tail --pid=$PPID -f /dev/null,''",
    "INT,130,true,'{\"status\":\"SERVING\"}\n'"
  })
  void editedRequestIsKeptIfASignalEndsItsCommand(
      String signal, int exit, String after, String stdout) throws Exception {
    Path place = Files.createDirectory(folder.resolve(signal));
    Path saved = folder.resolve("saved-" + signal);
    Running call =
        gateway.start(
            gateway
                .grpcos("call", "grpc.health.v1.Health/Watch", "--edit")
                .with("EDITOR", "f() { echo '{}' >$1; :>%s; %s; }; f".formatted(saved, after))
                .with("TMPDIR", place.toString()));
    Eventually.until("the request is saved", TestGateway.SOON, () -> Files.exists(saved));
    TestGateway.awaitStdout(call, stdout.replace("\\n", "\n"));
    call.signal(signal);
    Outcome outcome = call.end(TestGateway.SOON);
    assertThat(outcome.exit()).isEqualTo(exit);
    assertThat(outcome.stderr())
        .matches(
            "grpcos: --edit: interrupted; the text is kept in "
                + place
                + "/grpcos-edit-\\d+/Watch.jsonc; remove the file when you do not need it\n");
    assertThat(Path.of(outcome.stderr().replaceAll(".* in (.*);.*\\s*", "$1"))).hasContent("{}");
  }

  @Test
  void editedRequestIsRemovedIfTheReaderOfTheOutputLeaves() throws Exception {
    Path place = Files.createDirectory(folder.resolve("reader"));
    assertThat(
            gateway
                .bash("grpcos call grpc.health.v1.Health/Watch --edit | head -n 1")
                .with("EDITOR", "f() { echo '{}' >$1; }; f")
                .with("TMPDIR", place.toString())
                .run())
        .isEqualTo(new Outcome(0, "{\"status\":\"SERVING\"}\n", ""));
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void killedGatewayEndsItsCallsWithUnavailable() throws Exception {
    List<Running> calls = new ArrayList<>();
    for (RunMode warmth : RunMode.values()) {
      calls.add(gateway.watch(warmth));
      calls.add(gateway.converse(warmth));
    }
    gateway.process().signal("KILL");
    for (Running call : calls) {
      assertUnavailable(call, "grpcos: UNAVAILABLE: ");
    }
  }

  @Test
  void terminatedGatewayLetsItsCallsFinish() throws Exception {
    List<Running> watches = new ArrayList<>();
    List<Running> conversations = new ArrayList<>();
    for (RunMode warmth : RunMode.values()) {
      watches.add(gateway.watch(warmth));
      conversations.add(gateway.converse(warmth));
    }
    gateway.process().signal("TERM");
    for (Running watch : watches) {
      Eventually.until(
          "the watcher sees NOT_SERVING",
          TestGateway.SOON,
          () -> watch.stdout().contains("NOT_SERVING"));
    }
    for (Running conversation : conversations) {
      conversation.type("{\"name\":\"two\"}\n");
      TestGateway.awaitStdout(
          conversation, "{\"message\":\"Hello one\"}\n{\"message\":\"Hello two\"}\n");
      assertThat(gateway.process().isAlive()).isTrue();
      conversation.closeInput();
      assertThat(conversation.end(TestGateway.SOON).exit()).isZero();
    }
    for (Running watch : watches) {
      watch.signal("TERM"); // it would delay the end for as long as the drain allows
    }
    assertThat(gateway.process().end(TestGateway.SOON).exit()).isZero();
  }

  @Test
  void callsThatOutlastTheDrainAreUnavailable() throws Exception {
    try (TestGateway brief = TestGateway.run(folder.resolve("brief.sock"), "--drain", "200ms")) {
      Running cold = brief.converse(RunMode.COLD);
      Running warm = brief.converse(RunMode.WARM);
      brief.process().signal("TERM");
      assertThat(brief.process().end(TestGateway.SOON).exit()).isZero();
      assertUnavailable(cold, "grpcos: UNAVAILABLE: the gateway is stopping");
      // The resident ends with its gateway, so its launcher may receive no status.
      assertUnavailable(warm, "grpcos: UNAVAILABLE: the gateway ");
    }
  }

  private static void assertUnavailable(Running call, String message) {
    Outcome outcome = call.end(TestGateway.SOON);
    assertThat(outcome.stderr()).startsWith(message).hasLineCount(1);
    assertThat(outcome.exit()).isEqualTo(78);
  }
}
