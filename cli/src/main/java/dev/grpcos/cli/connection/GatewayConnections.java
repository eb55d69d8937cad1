package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.RehearsalServices;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.process.OwnProcess;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the gateway of this process, with the identity of a command's caller, and to
 * targets.
 *
 * <p>A schema is read with the caller's rights, so there is one for each user and socket. It is
 * kept until the gateway's services change. Safe for use by any thread.
 */
public final class GatewayConnections implements AutoCloseable {
  /** The number of schemas that are kept; the least recently used is dropped first. */
  private static final int MAX_SCHEMAS = 16;

  private final Gateway gateway;
  private final TargetPool targets = new TargetPool();
  private volatile @Nullable RehearsalServices rehearsal;
  private final Map<SchemaView, Cached> schemas = new LinkedHashMap<>(16, 0.75f, true);

  /** The facts on which a schema depends, apart from the gateway's services. */
  private record SchemaView(int uid, SocketAccess socket, SocketRights rights) {}

  private record Cached(long generation, Schema schema) {}

  public GatewayConnections(Gateway gateway) {
    this.gateway = gateway;
  }

  /**
   * Returns connections for commands of this caller to the gateway, with the rights of the socket
   * through which the caller came. Connections to targets, which are made with the gateway's
   * rights, are for the gateway's own user through the owner's socket.
   */
  public Connections of(SocketCaller caller) {
    return new Connections() {
      @Override
      public void admit(ServerAddress address, boolean toGateway) {
        if (toGateway && !isOwn(address, caller.socket())) {
          throw new OwnProcessRequiredException(address + " is another gateway's socket");
        }
        if (!toGateway && !caller.socket().isOwners()) {
          throw new OwnProcessRequiredException(
              "socket " + caller.socket().name() + " allows no connections to targets");
        }
        if (!toGateway && caller.peer().uid() != OwnProcess.uid()) {
          throw new OwnProcessRequiredException("targets are for the gateway's own user");
        }
      }

      @Override
      public Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
        admit(target.address(), target.gateway());
        if (!target.gateway()) {
          return targets.connect(target, timeout, wait);
        }
        RehearsalServices practice = rehearsal;
        if (practice != null && caller.peer().pid() == OwnProcess.pid()) {
          Channel channel = practice.channelFor(caller);
          Schema practised = LinkedSchema.reflected(channel);
          return new LentConnection(channel, () -> practised);
        }
        Channel channel = gateway.channelFor(caller);
        return new LentConnection(channel, () -> schema(caller, channel));
      }
    };
  }

  /**
   * Sets the services for commands of this process itself.
   *
   * @param services null to end the rehearsal
   */
  public void rehearseWith(@Nullable RehearsalServices services) {
    rehearsal = services;
  }

  /**
   * Returns whether an address is that of the caller's socket. The folder of a socket that can be
   * shared may be mounted at another path for the caller.
   */
  private static boolean isOwn(ServerAddress address, SocketAccess socket) {
    return address instanceof ServerAddress.Unix unix
        && (unix.path().equals(socket.path())
            || (!socket.isOwners()
                && Objects.equals(unix.path().getFileName(), socket.path().getFileName())));
  }

  private synchronized Schema schema(SocketCaller caller, Channel channel) {
    SchemaView view =
        new SchemaView(caller.peer().uid(), caller.socket(), caller.socket().rights());
    long generation = gateway.generation();
    Cached cached = schemas.get(view);
    if (cached == null || cached.generation() != generation) {
      cached = new Cached(generation, LinkedSchema.reflected(channel));
      schemas.put(view, cached);
      if (schemas.size() > MAX_SCHEMAS) {
        schemas.remove(schemas.keySet().iterator().next());
      }
    }
    return cached.schema();
  }

  /** Ends the connections to targets, including their calls. */
  @Override
  public void close() {
    targets.close();
  }

  private record LentConnection(Channel channel, Supplier<Schema> schema) implements Connection {
    @Override
    public Schema reflected(Metadata metadata) {
      return schema.get();
    }

    @Override
    public Status explain(Status status) {
      return status;
    }

    @Override
    public void close() {}
  }
}
