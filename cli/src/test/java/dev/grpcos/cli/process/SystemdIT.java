package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is handed its socket, as by a socket unit. */
final class SystemdIT {
  @TempDir Path folder;

  @Test
  void aSocketThatIsHandedOverIsServedAndOutlivesTheGateway() throws Exception {
    assumeTrue(
        new Command(Path.of("/bin/sh"), "-c", "command -v systemd-socket-activate").run().exit()
            == 0,
        "needs systemd-socket-activate of systemd");
    Path socket = folder.resolve("gateway.sock");
    Distribution distribution = Distribution.built();
    Command activate =
        new Command(
                Path.of("systemd-socket-activate"),
                "--listen=" + socket,
                "--setenv=PATH=" + System.getenv("PATH"),
                "--setenv=JAVA_HOME=" + System.getProperty("java.home"),
                distribution.grpcos().toString(),
                "gateway",
                "run")
            .in(folder);
    try (Running gateway = activate.start()) {
      Await.until("systemd listens", TestGateway.SOON, () -> Files.exists(socket));
      Command call =
          new Command(
                  distribution.grpcos(),
                  "call",
                  "Greeter/SayHello",
                  "name=x",
                  "--connect-timeout",
                  "30s")
              .with("GRPCOS_SOCKET", socket.toString());
      // The first connection is what starts the gateway; it waits in the backlog meanwhile.
      Outcome first = Warmth.COLD.on(call).run();
      assertThat(first)
          .as(gateway.stderr())
          .isEqualTo(new Outcome(0, "{\"message\":\"Hello x\"}\n", ""));
      assertThat(folder.resolve("gateway.sock.cli")).exists();
      gateway.signal("TERM");
      assertThat(gateway.end(TestGateway.SOON).exit()).isZero();
      assertThat(socket).exists();
      assertThat(folder.resolve("gateway.sock.cli")).doesNotExist();
    }
  }
}
