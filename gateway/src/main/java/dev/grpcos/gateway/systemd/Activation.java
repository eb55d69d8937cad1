package dev.grpcos.gateway.systemd;

import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.process.OwnProcess;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A listening socket that systemd created and passed to the gateway; systemd keeps its path.
 *
 * @param fd the socket's descriptor
 * @param path the socket's path
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html">sd_listen_fds</a>
 */
public record Activation(int fd, Path path) {
  private static final int FIRST = 3;
  private static final int O_NONBLOCK = 04000;

  /**
   * Returns the socket that these environment variables describe; empty if there is none.
   *
   * @throws GatewayException if there are several sockets, or the socket has no path
   */
  public static Optional<Activation> of(Map<String, String> environment) throws GatewayException {
    String count = environment.get("LISTEN_FDS");
    String pid = environment.get("LISTEN_PID");
    if (count == null || !Long.toString(OwnProcess.pid()).equals(pid)) {
      return Optional.empty();
    }
    if (!count.equals("1")) {
      throw new GatewayException(
          "systemd passes %s sockets: configure one ListenStream in the socket unit"
              .formatted(count));
    }
    DomainSocketAddress address = new Socket(FIRST).localDomainSocketAddress();
    if (address == null || !address.path().startsWith("/")) {
      throw new GatewayException(
          "systemd passes a socket without a path: set ListenStream=/a/path in the socket unit");
    }
    requireNonBlocking();
    return Optional.of(new Activation(FIRST, Path.of(address.path())));
  }

  /**
   * Rejects a blocking socket, on which an event loop would wait for a caller that may never
   * connect.
   */
  private static void requireNonBlocking() throws GatewayException {
    Path facts = Path.of("/proc/self/fdinfo", Integer.toString(FIRST));
    try (Stream<String> lines = Files.lines(facts)) {
      int flags =
          lines
              .filter(line -> line.startsWith("flags:"))
              .map(line -> Integer.parseUnsignedInt(line.substring("flags:".length()).strip(), 8))
              .findFirst()
              .orElse(0);
      if ((flags & O_NONBLOCK) == 0) {
        throw new GatewayException(
            "systemd passes a blocking socket: set NonBlocking=yes in the service unit");
      }
    } catch (IOException e) {
      throw new GatewayException(facts + " cannot be read: is /proc mounted?", e);
    }
  }
}
