package dev.grpcos.cli.daemon;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Finds out whether a gateway runs at a path. */
public final class RunningGateway {
  /**
   * The time in which a gateway must answer. On a busy machine it needs seconds, and a command that
   * did not find it would not restart it. A gateway that has ended is detected at once.
   */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private RunningGateway() {}

  /**
   * Returns the status of the gateway at this path; empty if none answers, if it is draining, or if
   * it does not report its status to this user.
   */
  public static Optional<GetStatusResponse> at(Path socket, Connections connections) {
    return at(Target.gateway(socket, OwnProcess.uid()), socket, connections);
  }

  /** Returns the status as above, if the command trusts the gateway. */
  public static Optional<GetStatusResponse> at(
      Target gateway, Path socket, Connections connections) {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (Connection connection = connections.connect(gateway, CONNECT_TIMEOUT)) {
      return Optional.of(new AdminClient(connection.channel()).status())
          .filter(status -> !status.getDraining());
    } catch (CallFailedException e) {
      return Optional.empty();
    }
  }
}
