package dev.grpcos.cli.inprocess;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.gateway.channel.ServerAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connections of a resident that cannot reach any address. */
final class NoConnections implements Connections {
  @Override
  public void admit(ServerAddress address, boolean gateway) {
    throw new OwnProcessRequiredException("there is no way to " + address);
  }

  @Override
  public Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
    throw new OwnProcessRequiredException("there is no way to " + target.address());
  }
}
