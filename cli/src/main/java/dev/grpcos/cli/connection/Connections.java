package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.gateway.channel.ServerAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens connections for commands, or lends ones that are warm. */
public interface Connections {
  /**
   * Asks, before anything is read or written, whether calls to this address can be made from here.
   *
   * @param gateway whether it is a gateway's socket
   * @throws OwnProcessRequiredException if they cannot, so that a process has to make them
   */
  void admit(ServerAddress address, boolean gateway);

  /** A connection for a command that does not wait for the server to come. */
  default Connection connect(Target target, Duration timeout) {
    return connect(target, timeout, null);
  }

  /**
   * A connection to the target that the server has answered on, which the caller closes.
   *
   * @param timeout bounds all phases together: names, TCP, TLS and HTTP/2
   * @param wait how long the command tries in all, for messages; null if it tries once
   * @throws CliException with UNAVAILABLE if the target cannot be reached as named
   */
  Connection connect(Target target, Duration timeout, @Nullable Duration wait);
}
