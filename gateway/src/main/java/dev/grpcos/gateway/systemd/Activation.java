package dev.grpcos.gateway.systemd;

import dev.grpcos.gateway.GatewayException;
import dev.grpcos.gateway.process.OwnProcess;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A listening socket that systemd made and hands over: its path is systemd's, before and after.
 *
 * @param fd its descriptor
 * @param path where it stands
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html">sd_listen_fds</a>
 */
public record Activation(int fd, Path path) {
  private static final int FIRST = 3;

  /**
   * The socket that these variables of the process tell of; empty where there is none.
   *
   * @throws GatewayException if there are several, or it has no path
   */
  public static Optional<Activation> of(Map<String, String> environment) throws GatewayException {
    String count = environment.get("LISTEN_FDS");
    String pid = environment.get("LISTEN_PID");
    if (count == null || !Long.toString(OwnProcess.pid()).equals(pid)) {
      return Optional.empty();
    }
    if (!count.equals("1")) {
      throw new GatewayException(
          "systemd hands over %s sockets: give the socket unit one ListenStream".formatted(count));
    }
    DomainSocketAddress address = new Socket(FIRST).localDomainSocketAddress();
    if (address == null || !address.path().startsWith("/")) {
      throw new GatewayException(
          "systemd hands over a socket without a path: give the socket unit ListenStream=/a/path");
    }
    return Optional.of(new Activation(FIRST, Path.of(address.path())));
  }
}
