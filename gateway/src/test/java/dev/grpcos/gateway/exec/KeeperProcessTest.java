package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.Await;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeeperProcessTest {
  @TempDir Path folder;

  private KeeperProcess start() throws IOException {
    return KeeperProcess.start(Scripts.KEEPER, folder.resolve("g.sock"));
  }

  private Path number(int number) {
    return folder.resolve("g.sock.ex" + number);
  }

  @Test
  void listensInAPrivateFolderAndRemovesIt() throws Exception {
    KeeperProcess process = start();
    assertThat(Path.of(process.address().path())).isEqualTo(number(0).resolve("s")).exists();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(number(0))))
        .isEqualTo("rwx------");
    assertThat(process.listens()).isTrue();
    process.end();
    assertThat(number(0)).doesNotExist();
    assertThat(process.listens()).isFalse();
  }

  @Test
  void secondProcessUsesAnotherFolder() throws Exception {
    KeeperProcess first = start();
    KeeperProcess second = start();
    assertThat(Path.of(second.address().path())).startsWith(number(1));
    second.end();
    assertThat(first.listens()).isTrue();
    first.end();
  }

  @Test
  void folderOfAKilledProcessIsTakenOverUnlessItHasNoSocket() throws Exception {
    Files.createDirectory(number(0));
    Files.createDirectory(number(1));
    ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    killed.bind(UnixDomainSocketAddress.of(number(1).resolve("s")));
    killed.close();
    assertThat(number(1).resolve("s")).exists();

    KeeperProcess process = start();
    assertThat(Path.of(process.address().path())).startsWith(number(1));
    process.end();
    assertThat(number(0)).exists();
  }

  @Test
  void removedSocketIsDetected() throws Exception {
    KeeperProcess process = start();
    Files.delete(Path.of(process.address().path()));
    assertThat(process.listens()).isFalse();
    process.end();
    assertThat(number(0)).doesNotExist();
  }

  /** A process that retries at once is never suspended. */
  @Test
  void processWithoutFreeDescriptorsPausesBeforeItAcceptsAgain() throws Exception {
    Path limited =
        Scripts.script(folder, "limited", "ulimit -n 5; exec " + Scripts.KEEPER + " \"$@\"");
    Path socket = folder.resolve("s");
    Process process = new ProcessBuilder(limited.toString(), socket.toString()).start();
    try (SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(process.inputReader(US_ASCII).readLine()).isEqualTo("ready");
      connection.connect(UnixDomainSocketAddress.of(socket));

      long before = suspensions(process);
      Await.until("it pauses", () -> suspensions(process) >= before + 3);
    } finally {
      process.destroyForcibly();
    }
  }

  private static long suspensions(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  @Test
  void executableThatDoesNotListenIsReported() throws Exception {
    Path silent = Scripts.script(folder, "silent", "exit 3");
    assertThatThrownBy(() -> KeeperProcess.start(silent, folder.resolve("g.sock")))
        .isInstanceOf(IOException.class)
        .hasMessage(silent + " did not start to listen at " + number(0).resolve("s"));
    assertThat(number(0)).doesNotExist();
    assertThatThrownBy(
            () -> KeeperProcess.start(folder.resolve("absent"), folder.resolve("g.sock")))
        .isInstanceOf(IOException.class);
    assertThat(number(0)).doesNotExist();
  }
}
