package dev.grpcos.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Socket activation and notifications, as systemd uses them. */
final class SystemdIT {
  @TempDir Path folder;

  @Test
  void inheritedSocketIsServedAndOutlivesTheGateway() throws Exception {
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
      Eventually.until("systemd listens", TestGateway.SOON, () -> Files.exists(socket));
      Command call =
          new Command(
                  distribution.grpcos(),
                  "call",
                  "Greeter/SayHello",
                  "name=x",
                  "--connect-timeout",
                  "2m")
              .with("GRPCOS_SOCKET", socket.toString());
      // The first connection starts the gateway and waits in the backlog.
      Outcome first = RunMode.COLD.on(call).run();
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

  /** A unit of type {@code notify-reload} needs this even if the new file is invalid. */
  @Test
  void systemdIsNotifiedOfEachReload() throws Exception {
    Path configuration =
        Files.writeString(folder.resolve("gateway.yaml"), "drain: 1s\nwarmup: false\n");
    Path path = folder.resolve("notify");
    Epoll.ensureAvailability();
    Socket systemd = Socket.newSocketDomainDgram();
    try {
      systemd.bind(new DomainSocketAddress(path.toString()));
      try (TestGateway gateway =
          TestGateway.run(
              Distribution.built(),
              folder.resolve("gateway.sock"),
              List.of("/usr/bin/env", "NOTIFY_SOCKET=" + path),
              "--config",
              configuration.toString())) {
        awaitNotification(systemd, "READY=1\nSTATUS=serving");
        for (String content : List.of("drain: 2s\n", "drain: soon\n")) {
          Files.writeString(configuration, content);
          gateway.process().signal("HUP");
          awaitNotification(systemd, "RELOADING=1\nMONOTONIC_USEC=");
          awaitNotification(systemd, "READY=1\n");
        }
        gateway.process().signal("TERM");
        awaitNotification(systemd, "STOPPING=1\n");
        Outcome end = gateway.process().end(TestGateway.SOON);
        assertThat(end.exit()).isZero();
        assertThat(end.stderr()).contains("drain").contains("soon");
      }
    } finally {
      systemd.close();
    }
  }

  /** Waits for the next notification, which begins with this text. */
  private static void awaitNotification(Socket systemd, String beginning) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    int[] bytes = {0};
    Eventually.until(
        "systemd receives " + beginning,
        TestGateway.SOON,
        () -> (bytes[0] = systemd.recv(buffer, 0, buffer.capacity())) > 0);
    byte[] text = new byte[bytes[0]];
    buffer.get(0, text);
    assertThat(new String(text, UTF_8)).startsWith(beginning);
  }
}
