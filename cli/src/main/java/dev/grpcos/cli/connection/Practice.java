package dev.grpcos.cli.connection;

import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.RehearsalServices;
import dev.grpcos.gateway.policy.SocketCaller;
import org.jspecify.annotations.Nullable;

/**
 * The connections of commands that a gateway practises. All of them use one schema, which real
 * commands continue to use, so that the first of them need not read it. Safe for use by any thread.
 */
final class Practice {
  private final RehearsalServices services;
  private final long generation;
  private @Nullable PractisedSchema practised;

  /** The schema of the gateway's services, as this caller sees it. */
  private record PractisedSchema(SocketCaller caller, SwitchedChannel reflection, Schema schema) {}

  /**
   * @param services answer the calls, and reflection with the descriptors of all services
   * @param generation the number of the gateway's services
   */
  Practice(RehearsalServices services, long generation) {
    this.services = services;
    this.generation = generation;
  }

  /** Returns a connection for a command; all commands have the same caller. */
  synchronized Connection connect(SocketCaller caller) {
    PractisedSchema known = practised;
    if (known == null) {
      SwitchedChannel reflection = new SwitchedChannel(services.channelFor(caller));
      known = new PractisedSchema(caller, reflection, LinkedSchema.reflected(reflection));
      practised = known;
    }
    Schema schema = known.schema();
    return new LentConnection(services.channelFor(caller), metadata -> schema);
  }

  /**
   * Leaves the schema to real commands, unless the services have changed. No command practises any
   * more.
   */
  synchronized void end(Gateway gateway, GatewaySchemas schemas) {
    PractisedSchema known = practised;
    if (known != null && generation == schemas.generation()) {
      known.reflection().switchTo(gateway.channelFor(known.caller()));
      schemas.keep(known.caller(), generation, known.schema());
    }
  }
}
