package dev.grpcos.cli.connection;

import dev.grpcos.cli.invocation.OwnProcessRequiredException;
import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Channel;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Calls into the gateway of this process, in the name of whoever called it.
 *
 * <p>A schema is read with its reader's rights, so that each user has one of its own; it stays
 * until the gateway's services change. Safe for use by any thread.
 */
public final class GatewayConnections {
  /** Users whose schemas are kept; the one that was not asked for longest goes first. */
  private static final int MAX_SCHEMAS = 16;

  private final Gateway gateway;
  private final Map<Integer, Cached> schemas = new LinkedHashMap<>(16, 0.75f, true);

  private record Cached(long generation, Schema schema) {}

  public GatewayConnections(Gateway gateway) {
    this.gateway = gateway;
  }

  /** Connections for commands of this caller, which lead to the gateway alone. */
  public Connections of(PeerIdentity caller) {
    return target -> {
      if (!target.socket().equals(gateway.socket())) {
        throw new OwnProcessRequiredException(target.socket() + " is another gateway's socket");
      }
      Channel channel = gateway.channelFor(caller);
      return new InProcess(channel, schema(caller, channel), target.socket());
    };
  }

  private synchronized Schema schema(PeerIdentity caller, Channel channel) {
    long generation = gateway.generation();
    Cached cached = schemas.get(caller.uid());
    if (cached == null || cached.generation() != generation) {
      cached = new Cached(generation, LinkedSchema.reflected(channel));
      schemas.put(caller.uid(), cached);
      if (schemas.size() > MAX_SCHEMAS) {
        schemas.remove(schemas.keySet().iterator().next());
      }
    }
    return cached.schema();
  }

  private record InProcess(Channel channel, Schema reflected, Path socket) implements Connection {
    @Override
    public Status explain(Status status) {
      return status;
    }

    @Override
    public void close() {}
  }
}
