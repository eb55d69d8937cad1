package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.limit.MessageAccount;
import dev.grpcos.gateway.limit.MessageMemory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens connections for commands, or provides open ones. */
public interface Connections {
  /**
   * Checks whether calls to this address can be made from this process. Called before anything is
   * read or written.
   *
   * @param gateway whether the address is a gateway's socket
   * @throws OwnProcessRequiredException if a separate process has to make the calls
   */
  void admit(ServerAddress address, boolean gateway);

  /**
   * Checks whether this process has the caller's files and rights.
   *
   * @throws OwnProcessRequiredException if a separate process has to read the caller's files
   */
  default void admitFiles() {}

  /** Returns an account for messages that a command holds; in its own process, without a limit. */
  default MessageAccount account() {
    return new MessageMemory(() -> Long.MAX_VALUE).account();
  }

  /** Returns a connection for a command that does not wait for the server. */
  default Connection connect(Target target, Duration timeout) {
    return connect(target, timeout, null);
  }

  /**
   * Returns a connection to the target on which the server has answered. The caller closes it.
   *
   * @param timeout the time limit for all phases: name resolution, TCP, TLS and HTTP/2
   * @param wait the total time for which the command tries, for messages; null if it tries once
   * @throws CliException UNAVAILABLE if the target cannot be reached
   */
  Connection connect(Target target, Duration timeout, @Nullable Duration wait);
}
