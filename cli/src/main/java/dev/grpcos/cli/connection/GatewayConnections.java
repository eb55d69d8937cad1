package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.process.OwnProcess;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the gateway of this process, with the identity of a command's caller, and to
 * targets.
 *
 * <p>A schema is read with the caller's rights, so each user has a schema of its own. It is kept
 * until the gateway's services change. Safe for use by any thread.
 */
public final class GatewayConnections implements AutoCloseable {
  /** Users whose schemas are kept; the least recently used is dropped first. */
  private static final int MAX_SCHEMAS = 16;

  private final Gateway gateway;
  private final ServerAddress own;
  private final TargetPool targets = new TargetPool();
  private final Map<Integer, Cached> schemas = new LinkedHashMap<>(16, 0.75f, true);

  private record Cached(long generation, Schema schema) {}

  public GatewayConnections(Gateway gateway) {
    this.gateway = gateway;
    this.own = new ServerAddress.Unix(gateway.socket());
  }

  /**
   * Returns connections for commands of this caller: to the gateway, and for its own user to any
   * target: another user's connections would be made with the gateway's rights.
   */
  public Connections of(PeerIdentity caller) {
    return new Connections() {
      @Override
      public void admit(ServerAddress address, boolean toGateway) {
        if (toGateway && !address.equals(own)) {
          throw new OwnProcessRequiredException(address + " is another gateway's socket");
        }
        if (!toGateway && caller.uid() != OwnProcess.uid()) {
          throw new OwnProcessRequiredException("targets are for the gateway's own user");
        }
      }

      @Override
      public Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
        admit(target.address(), target.gateway());
        if (!target.gateway()) {
          return targets.connect(target, timeout, wait);
        }
        Channel channel = gateway.channelFor(caller);
        return new LentConnection(channel, schema(caller, channel));
      }
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

  /** Ends the connections to targets, calls included. */
  @Override
  public void close() {
    targets.close();
  }

  private record LentConnection(Channel channel, Schema schema) implements Connection {
    @Override
    public Schema reflected(Metadata metadata) {
      return schema;
    }

    @Override
    public Status explain(Status status) {
      return status;
    }

    @Override
    public void close() {}
  }
}
