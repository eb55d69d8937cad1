package dev.grpcos.gateway.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.process.OwnProcess;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerIdentityTest {
  @Test
  void identityComesFromTheKernel(@TempDir Path folder) throws Exception {
    Epoll.ensureAvailability();
    Path path = folder.resolve("s");
    Socket client = Socket.newSocketDomain();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      client.connect(new DomainSocketAddress(path.toString()));

      PeerIdentity peer = PeerIdentity.of(new EpollDomainSocketChannel(client.intValue()));

      assertThat(peer.uid()).isEqualTo(OwnProcess.uid());
      assertThat(peer.pid()).isEqualTo((int) ProcessHandle.current().pid());
      assertThat(List.of(peer.gid())).isEqualTo(own("Gid").subList(1, 2));
      assertThat(peer.groups()).containsExactlyInAnyOrderElementsOf(own("Groups"));
    } finally {
      client.close();
    }
  }

  private static List<Integer> own(String field) throws Exception {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(each -> each.startsWith(field + ":"))
            .findFirst()
            .orElseThrow();
    return Arrays.stream(line.substring(field.length() + 1).trim().split("\\s+", -1))
        .filter(number -> !number.isEmpty())
        .map(Integer::valueOf)
        .toList();
  }
}
