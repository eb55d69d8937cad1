package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Creates the listeners of a gateway's sockets, which share event loops and limits. */
public final class SocketListeners {
  private final EventLoopGroup loops;
  private final Limits limits;
  private final Supplier<Duration> requestWait;
  private final ConnectionGate gate;
  private final ConnectionGate companionGate;
  private final Predicate<SocketCaller> rights;
  private final Consumer<Channel> http1;
  private final Function<ServerBuilder<?>, Server> services;

  /**
   * Creates a factory.
   *
   * @param requestWait returns the time after which a connection without a call is closed
   * @param gate bounds the connections of all sockets
   * @param companionGate bounds the connections of all companions
   * @param rights returns whether a caller may call anything
   * @param http1 adds the handlers of HTTP/1.1 to the pipeline of a connection that speaks it
   * @param services creates a server of the gateway's services
   */
  public SocketListeners(
      EventLoopGroup loops,
      Limits limits,
      Supplier<Duration> requestWait,
      ConnectionGate gate,
      ConnectionGate companionGate,
      Predicate<SocketCaller> rights,
      Consumer<Channel> http1,
      Function<ServerBuilder<?>, Server> services) {
    this.loops = loops;
    this.limits = limits;
    this.requestWait = requestWait;
    this.gate = gate;
    this.companionGate = companionGate;
    this.rights = rights;
    this.http1 = http1;
    this.services = services;
  }

  /**
   * Binds a socket and its companions in their private folder; they accept connections once {@link
   * SocketListener#publish} has moved them to their paths. On failure, the path is released.
   *
   * @param access the access that the socket gives
   * @param companions the handlers of the companions' connections by suffix
   */
  public SocketListener bind(
      UnixSocket files, SocketAccess access, Map<String, ChannelHandler> companions)
      throws GatewayException {
    AcceptedConnections connections = new AcceptedConnections(gate, access, rights);
    SocketListener listener =
        new SocketListener(files, access, server(files, connections), connections);
    try {
      for (Map.Entry<String, ChannelHandler> companion : companions.entrySet()) {
        listener.add(
            CompanionListener.bind(
                files.bindingPath(companion.getKey()),
                loops,
                companion.getValue(),
                new AcceptedConnections(companionGate, access, rights)));
      }
      listener.start();
      files.prepare();
      return listener;
    } catch (IOException e) {
      abandon(listener);
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new GatewayException("socket " + files.path() + " cannot be bound: " + reason, e);
    } catch (GatewayException | RuntimeException e) {
      abandon(listener);
      throw e;
    }
  }

  /** Returns a server that does not listen yet. On failure, the path is released. */
  private Server server(UnixSocket files, AcceptedConnections connections) {
    try {
      return services.apply(
          GrpcListener.builder(
              files.bindingPath(""),
              files.adopted(),
              loops,
              limits,
              connections,
              requestWait,
              http1));
    } catch (RuntimeException e) {
      files.releaseAfter(e);
      throw e;
    }
  }

  private static void abandon(SocketListener listener) {
    listener.stopAccepting();
    listener.closeNow();
  }
}
