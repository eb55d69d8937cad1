package dev.grpcos.cli.resident;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.gateway.channel.ServerAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The connections of commands that do not call. */
final class UnusedConnections implements Connections {
  @Override
  public void admit(ServerAddress address, boolean gateway) {}

  @Override
  public Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
    throw new UnsupportedOperationException("the command does not call");
  }
}
