package dev.grpcos.cli.connection;

import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.WarmupServices;
import dev.grpcos.gateway.policy.SocketCaller;
import org.jspecify.annotations.Nullable;

/**
 * The connections of the warm-up's commands. All of them use one schema. Real commands take it
 * over, so that the first of them need not read it. Safe for use by any thread.
 */
final class WarmupConnections {
  private final WarmupServices services;
  private final long generation;
  private @Nullable SharedSchema shared;

  /** The schema of the gateway's services, as this caller sees it. */
  private record SharedSchema(SocketCaller caller, SwitchedChannel reflection, Schema schema) {}

  /**
   * @param services answer the calls, and reflection with the descriptors of all services
   * @param generation the number of the gateway's services
   */
  WarmupConnections(WarmupServices services, long generation) {
    this.services = services;
    this.generation = generation;
  }

  /** Returns a connection for a command; all commands have the same caller. */
  synchronized Connection connect(SocketCaller caller) {
    SharedSchema known = shared;
    if (known == null) {
      SwitchedChannel reflection = new SwitchedChannel(services.channelFor(caller));
      known = new SharedSchema(caller, reflection, LinkedSchema.reflected(reflection));
      shared = known;
    }
    Schema schema = known.schema();
    return new LentConnection(services.channelFor(caller), metadata -> schema);
  }

  /**
   * Leaves the schema to real commands, unless the services have changed. The last command of the
   * warm-up has ended.
   */
  synchronized void end(Gateway gateway, GatewaySchemas schemas) {
    SharedSchema known = shared;
    if (known != null && generation == schemas.generation()) {
      known.reflection().switchTo(gateway.channelFor(known.caller()));
      schemas.keep(known.caller(), generation, known.schema());
    }
  }
}
