package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.WarmupServices;
import dev.grpcos.gateway.call.NamedUpstream;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.limit.MessageAccount;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.process.OwnProcess;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the gateway of this process, with the identity of a command's caller, and to
 * targets.
 *
 * <p>Safe for use by any thread.
 */
public final class GatewayConnections implements AutoCloseable {
  private final Gateway gateway;
  private final TargetPool targets = new TargetPool();
  private final GatewaySchemas schemas;
  private volatile @Nullable WarmupConnections warmup;

  public GatewayConnections(Gateway gateway) {
    this.gateway = gateway;
    schemas = new GatewaySchemas(gateway::generation);
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
      public void admitFiles() {
        if (!caller.socket().isOwners()
            || caller.peer().uid() != OwnProcess.uid()
            || !SharedView.with(caller.peer().pid())) {
          throw new OwnProcessRequiredException("the contexts are files of the caller");
        }
      }

      @Override
      public MessageAccount account() {
        return gateway.account(caller);
      }

      @Override
      public Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
        admit(target.address(), target.gateway());
        if (!target.gateway()) {
          return targets.connect(target, timeout, wait);
        }
        WarmupConnections current = warmup;
        if (current != null && caller.peer().pid() == OwnProcess.pid()) {
          return current.connect(caller);
        }
        Channel channel = gateway.channelFor(caller);
        return new LentConnection(
            channel, metadata -> schemas.of(caller, channel, NamedUpstream.of(metadata)));
      }
    };
  }

  /** Connects commands of this process itself to these services, until {@link #endWarmup}. */
  public void beginWarmup(WarmupServices services) {
    warmup = new WarmupConnections(services, schemas.generation());
  }

  /** Ends the warm-up, after its last command. */
  public void endWarmup() {
    WarmupConnections ended = warmup;
    warmup = null;
    if (ended != null) {
      ended.end(gateway, schemas);
    }
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

  /** Ends the connections to targets, including their calls. */
  @Override
  public void close() {
    targets.close();
  }
}
