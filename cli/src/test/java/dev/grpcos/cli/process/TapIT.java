package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** Tests {@code grpcos tap} and {@code grpcos serve --replay}. */
final class TapIT extends RenewedGatewayFixture {
  private static final String SECRET = "not-to-be-recorded";

  @Test
  void recordedRunIsReplayedWithoutTheServer() throws Exception {
    String run =
        "printf '{\"name\":\"%s\"}\\n' Ada Grace | grpcos call Greeter/SayHello"
            + " -H 'authorization: Bearer "
            + SECRET
            + "' && grpcos call Greeter/SayHelloStreamReply name=x --limit 9 && exit 3";
    Files.createFile(folder.resolve("run.jsonl"));
    Outcome recorded =
        gateway
            .bash("cd " + folder + "; grpcos tap --record run.jsonl -- sh -c \"$RUN\"")
            .with("RUN", run)
            .run();
    assertThat(recorded.exit()).as("%s", recorded).isEqualTo(3);
    assertThat(recorded.stderr()).isEmpty();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("run.jsonl"))))
        .isEqualTo("rw-------");
    String recording = Files.readString(folder.resolve("run.jsonl"));
    assertThat(recording)
        .doesNotContain(SECRET)
        .contains("{\"schema\":\"", "\"authorization\":[\"(not shown)\"]")
        .contains("\"requests\":[{\"name\":\"Grace\"}]");
    assertThat(recording.lines()).hasSize(4);

    Running replay =
        gateway.start(
            gateway.grpcos("serve", "--replay", "run.jsonl", "--socket", "mock.sock").in(folder));
    Eventually.until("it serves", TestGateway.SOON, () -> replay.stderr().contains("listening on"));
    String mock = "export GRPCOS_SOCKET=" + folder.resolve("mock.sock") + "; ";
    Outcome again = gateway.bash(mock + run).run();
    assertThat(again).isEqualTo(recorded);
    Outcome unmatched = gateway.bash(mock + "grpcos call SayHello name=Linus").run();
    assertThat(unmatched.exit()).isEqualTo(69);
    assertThat(unmatched.stderr())
        .contains("the nearest, in line 2, differs: name: recorded \"Ada\", got \"Linus\"");
  }

  @Test
  void exitCodeOfTheCommandIsKeptIfTheGatewayIsLost() throws Exception {
    try (TestGateway lost = TestGateway.run(folder.resolve("lost.sock"))) {
      Outcome outcome =
          lost.grpcos(
                  "tap",
                  "--record",
                  "lost.jsonl",
                  "--",
                  "sh",
                  "-c",
                  "kill -KILL %d; exit 3".formatted(lost.process().pid()))
              .in(folder)
              .run();
      assertThat(outcome.exit()).as("%s", outcome).isEqualTo(3);
      assertThat(outcome.stderr()).startsWith("grpcos: UNAVAILABLE: ");
    }
  }

  @Test
  void callsAreShownAsTheyPass() throws Exception {
    Running tap =
        gateway.start(
            gateway.grpcos(
                "tap", "SayHello", "NoSuchMethod", "--limit", "1", "--jq", ".responses[0]"));
    Eventually.until(
        "it taps",
        TestGateway.SOON,
        () -> tap.stderr().contains("warning: 'NoSuchMethod' matches no known method"));
    assertThat(gateway.grpcos("call", "SayHello", "name=Ada").run().exit()).isZero();
    assertThat(tap.end(TestGateway.SOON).exit()).isZero();
    assertThat(tap.stdout()).isEqualTo("{\"message\":\"Hello Ada\"}\n");
  }
}
