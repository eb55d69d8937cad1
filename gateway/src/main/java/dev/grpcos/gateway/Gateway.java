package dev.grpcos.gateway;

import dev.grpcos.gateway.call.CallLimits;
import dev.grpcos.gateway.call.CallMetrics;
import dev.grpcos.gateway.call.MessageLimits;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.listener.CompanionListener;
import dev.grpcos.gateway.listener.Connections;
import dev.grpcos.gateway.listener.GrpcListener;
import dev.grpcos.gateway.listener.UnixSocket;
import dev.grpcos.gateway.local.GatewayStatus;
import dev.grpcos.gateway.local.LocalServices;
import dev.grpcos.gateway.peer.InProcessPeer;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.Policy;
import dev.grpcos.gateway.policy.PolicyInterceptor;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.route.CurrentRoutes;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import dev.grpcos.gateway.upstream.Upstreams;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A gRPC server on a Unix socket, which knows who calls.
 *
 * <p>A call passes, whether it came through the socket or by {@link #channelFor}: counting, the
 * peer's identity, limits, policy, the route's handler. All of it runs on two event loops, so no
 * handler may block. Safe for use by any thread.
 */
public final class Gateway implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway");
  private static final int EVENT_LOOPS = 2;

  private final GatewayConfig config;
  private final UnixSocket socket;
  private final Instant started = Instant.now();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          EVENT_LOOPS, new DefaultThreadFactory("grpcos-io", true), EpollIoHandler.newFactory());
  private final CallMetrics metrics = new CallMetrics();
  private final Connections connections;
  private final LocalServices local;
  private final Upstreams upstreams;
  private final CurrentRoutes routes = new CurrentRoutes();

  /** Held while the routes change. */
  private final Object routing = new Object();

  /** What the routes were made of, or something older. */
  private List<Object> offers = List.of();

  private final AtomicLong generation = new AtomicLong();
  private final Server inProcessServer;
  private final ManagedChannel inProcessChannel;
  private final Server socketServer;
  private final Lifecycle lifecycle;

  private Gateway(GatewayConfig config, UnixSocket socket) {
    this.config = config;
    this.socket = socket;
    Limits limits = config.limits();
    connections = new Connections(limits.connections());
    local = new LocalServices(new Status(), () -> routes.table().descriptors());
    upstreams = new Upstreams(loops, System.getenv(), this::takeRoutes);

    CallLimits callLimits = new CallLimits(limits, metrics::inFlight);
    PolicyInterceptor policy = new PolicyInterceptor(new Policy(OwnProcess.uid()));
    String name = InProcessServerBuilder.generateName();
    inProcessServer =
        server(
            InProcessServerBuilder.forName(name).directExecutor().scheduledExecutorService(loops),
            List.of(metrics, InProcessPeer.receiver(), callLimits, policy));
    inProcessChannel =
        InProcessChannelBuilder.forName(name)
            .directExecutor()
            .scheduledExecutorService(loops)
            .overrideAuthority("localhost")
            .maxInboundMetadataSize(limits.metadata())
            .intercept(new MessageLimits(limits.message()))
            .build();
    socketServer =
        server(
            GrpcListener.builder(socket.bindingPath(), loops, limits, connections),
            List.of(metrics, InProcessPeer.stranger(), callLimits, policy));
    lifecycle =
        new Lifecycle(
            config,
            socket,
            local,
            List.of(socketServer, inProcessServer),
            inProcessChannel,
            upstreams,
            loops);
  }

  /** Starts a gateway without companions, see {@link #start(GatewayConfig, List)}. */
  public static Gateway start(GatewayConfig config) throws GatewayException {
    return start(config, List.of());
  }

  /**
   * Starts a gateway; it answers when this returns, and its socket's path is the last to appear.
   *
   * <p>Starts in one process go one after the other, because two that raced for one path would lift
   * each other's lock, see {@code SocketLock}.
   *
   * @throws GatewayException if it can't start; nothing is left of it then
   */
  public static synchronized Gateway start(GatewayConfig config, List<Companion> companions)
      throws GatewayException {
    if (!Epoll.isAvailable()) {
      throw new GatewayException(
          "epoll is not available: the gateway runs on Linux, x86-64 or aarch64",
          Epoll.unavailabilityCause());
    }
    UnixSocket socket = UnixSocket.own(config, companions.stream().map(Companion::suffix).toList());
    Gateway gateway = new Gateway(config, socket);
    try {
      gateway.open(companions);
      return gateway;
    } catch (IOException e) {
      gateway.lifecycle.abandon();
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new GatewayException("socket " + socket.path() + " can't be bound: " + reason, e);
    } catch (GatewayException | RuntimeException e) {
      gateway.lifecycle.abandon();
      throw e;
    }
  }

  private void open(List<Companion> companions) throws IOException, GatewayException {
    useUpstreams(config.upstreams());
    inProcessServer.start();
    for (Companion companion : companions) {
      lifecycle.add(
          CompanionListener.bind(
              socket.bindingPath(),
              loops,
              companion.childHandler().apply(this),
              config.limits().connections()));
      socket.publish(companion.suffix());
    }
    socketServer.start();
    socket.publish("");
    socket.finish();
    lifecycle.begin();
    LOG.log(System.Logger.Level.INFO, "listening on {0}", socket.path());
  }

  /** Where it listens, as an absolute path. */
  public Path socket() {
    return socket.path();
  }

  /**
   * A channel to the gateway's services whose calls are this caller's. There is nothing to close;
   * it ends with the gateway.
   */
  public Channel channelFor(PeerIdentity caller) {
    return ClientInterceptors.intercept(inProcessChannel, InProcessPeer.caller(caller));
  }

  /**
   * Has these upstreams take the place of the present ones. Calls in flight go on where they are.
   *
   * @throws GatewayException if they can't be used, or a service is claimed twice; nothing has
   *     changed then
   */
  public void useUpstreams(List<UpstreamConfig> next) throws GatewayException {
    Upstreams.Change change = upstreams.prepare(next, config.limits());
    synchronized (routing) {
      // Taken before the table is made of it: of what is offered from here on there is word to
      // come.
      List<Object> now = change.offers();
      RouteTable table;
      try {
        table = change.routes(local.routes());
      } catch (GatewayException e) {
        change.abandon();
        throw e;
      }
      change.commit();
      take(table, now);
    }
  }

  /** Takes what the upstreams offer by now. */
  private void takeRoutes() {
    synchronized (routing) {
      try {
        List<Object> now = upstreams.offers();
        if (now.equals(offers)) {
          local.serving(routes.table().services(), upstreams.health());
        } else {
          take(upstreams.routes(local.routes()), now);
        }
      } catch (GatewayException e) {
        throw new IllegalStateException(
            "names were not claimed twice when they were configured", e);
      }
    }
  }

  private void take(RouteTable table, List<Object> taken) {
    offers = taken;
    routes.replace(table);
    local.serving(table.services(), upstreams.health());
    generation.incrementAndGet();
  }

  /**
   * Changes when the services or their descriptors do, so that what was learnt by reflection can be
   * dropped.
   */
  public long generation() {
    return generation.get();
  }

  /**
   * Starts the drain and returns at once: health says NOT_SERVING, the sockets' paths are free for
   * a successor, nothing more is accepted. Calls in flight go on for as long as the configuration
   * says, then they are cancelled.
   */
  public void shutdown() {
    lifecycle.shutdown();
  }

  /** Waits until the gateway has ended, by itself or by {@link #shutdown}. */
  public Termination awaitTermination() throws InterruptedException {
    return lifecycle.await();
  }

  /** Waits until the gateway has ended; false if the time is over before. */
  public boolean awaitTermination(Duration time) throws InterruptedException {
    return lifecycle.await(time);
  }

  /** Drains and waits until the gateway has ended; an interrupt ends the waiting alone. */
  @Override
  public void close() {
    shutdown();
    try {
      awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A server whose calls pass these interceptors in this order. */
  private Server server(ServerBuilder<?> builder, List<ServerInterceptor> interceptors) {
    builder.fallbackHandlerRegistry(routes);
    // The one that was added last is the first to see a call.
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      builder.intercept(interceptors.get(i));
    }
    return builder.build();
  }

  /** What the admin service sees of this gateway. */
  private final class Status implements GatewayStatus {
    @Override
    public Path socket() {
      return socket.path();
    }

    @Override
    public Instant started() {
      return started;
    }

    @Override
    public List<String> services() {
      return routes.table().services();
    }

    @Override
    public List<UpstreamStatus> upstreams() {
      return upstreams.status();
    }

    @Override
    public long calls() {
      return metrics.total();
    }

    @Override
    public int callsInFlight() {
      return metrics.inFlight();
    }

    @Override
    public long callsFailed() {
      return metrics.failed();
    }

    @Override
    public int connections() {
      return connections.count();
    }

    @Override
    public boolean draining() {
      return lifecycle.draining();
    }

    @Override
    public Duration drain() {
      return config.drain();
    }

    @Override
    public void shutdown() {
      lifecycle.shutdown();
    }
  }
}
