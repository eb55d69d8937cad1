package dev.grpcos.cli.daemon;

import dev.grpcos.cli.connection.GatewayConnections;
import dev.grpcos.cli.filter.Evaluators;
import dev.grpcos.cli.invocation.CommandRunner;
import dev.grpcos.cli.resident.Resident;
import dev.grpcos.gateway.Companion;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.process.Versions;
import io.netty.channel.ChannelHandler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The companion of a gateway that runs the commands of launchers. It is closed after the gateway.
 */
final class ResidentCompanion implements AutoCloseable {
  private final CommandRunner commands;
  private final Evaluators evaluators;
  private volatile @Nullable GatewayConnections connections;
  private volatile @Nullable Resident resident;

  /**
   * @param evaluators evaluate the expressions of commands; closed with this object
   */
  ResidentCompanion(CommandRunner commands, Evaluators evaluators) {
    this.commands = commands;
    this.evaluators = evaluators;
  }

  /** Returns the description for the gateway's start. */
  Companion companion() {
    return new Companion(".cli", this::begin);
  }

  private ChannelHandler begin(Gateway gateway) {
    GatewayConnections calls = new GatewayConnections(gateway);
    connections = calls;
    Resident created =
        new Resident(
            commands,
            calls::of,
            evaluators,
            Versions.read().grpcos(),
            gateway.shares(limits -> Resident.DEFAULT_COMMANDS),
            gateway.shares(limits -> Resident.DEFAULT_CONNECTIONS));
    resident = created;
    return created.handler();
  }

  /** Returns the connections of commands to the gateway, which has started. */
  GatewayConnections connections() {
    return Objects.requireNonNull(connections, "created when the gateway starts");
  }

  @Override
  public void close() {
    Resident running = resident;
    if (running != null) {
      running.close();
    }
    evaluators.close();
    GatewayConnections open = connections;
    if (open != null) {
      open.close();
    }
  }
}
