package dev.grpcos.gateway;

import dev.grpcos.gateway.audit.AuditInterceptor;
import dev.grpcos.gateway.audit.AuditLog;
import dev.grpcos.gateway.call.CallLimits;
import dev.grpcos.gateway.call.CallMetrics;
import dev.grpcos.gateway.call.Encodings;
import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.InvalidCalls;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.exec.ExecServices;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.failure.Termination;
import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.listener.AcceptedConnections;
import dev.grpcos.gateway.listener.CompanionListener;
import dev.grpcos.gateway.listener.GrpcListener;
import dev.grpcos.gateway.listener.UnixSocket;
import dev.grpcos.gateway.local.GatewayStatus;
import dev.grpcos.gateway.local.LocalServices;
import dev.grpcos.gateway.local.Reloaded;
import dev.grpcos.gateway.peer.InProcessPeer;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.PolicyInterceptor;
import dev.grpcos.gateway.schema.SchemaLoader;
import dev.grpcos.gateway.systemd.Activation;
import dev.grpcos.gateway.systemd.ServiceManager;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import dev.grpcos.gateway.upstream.Upstreams;
import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

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

  private final LiveConfig config;
  private final Reloader reloader;
  private final AuditLog audit = new AuditLog();
  private final UnixSocket socket;
  private final Instant started = Instant.now();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          EVENT_LOOPS, new DefaultThreadFactory("grpcos-io", true), EpollIoHandler.newFactory());
  private final CallMetrics metrics = new CallMetrics();
  private final AcceptedConnections connections;
  private final LocalServices local;
  private final Routing routes;
  private final InProcess inProcess;
  private final Server socketServer;
  private final Lifecycle lifecycle;

  private Gateway(
      GatewayConfig initial,
      ConfigSource source,
      Installation installation,
      UnixSocket socket,
      OptionalInt adopted) {
    this.socket = socket;
    Limits limits = initial.limits();
    connections = new AcceptedConnections(limits.connections());
    local = new LocalServices(new Status(), () -> routes().table().descriptors());
    routes =
        new Routing(
            local,
            new ExecServices(installation, System.getenv(), socket.path(), loops),
            changed ->
                new Upstreams(
                    loops, System.getenv(), new SchemaLoader(installation.protoc()), changed));
    config = new LiveConfig(initial, audit, connections, routes);
    ServiceManager manager = ServiceManager.of(System.getenv());
    reloader = new Reloader(source, config, manager);

    AuditInterceptor auditor = new AuditInterceptor(audit, method -> routes.table().origin(method));
    InvalidCalls invalid = new InvalidCalls();
    CallLimits callLimits = new CallLimits(config::limits, metrics::inFlight);
    PolicyInterceptor policy = new PolicyInterceptor(config::policy);
    inProcess =
        new InProcess(
            limits,
            builder ->
                server(
                    builder,
                    List.of(
                        metrics, InProcessPeer.receiver(), auditor, invalid, callLimits, policy)));
    socketServer =
        server(
            GrpcListener.builder(socket.bindingPath(), adopted, loops, limits, connections),
            List.of(metrics, InProcessPeer.stranger(), auditor, invalid, callLimits, policy));
    lifecycle = new Lifecycle(config, socket, local, manager, socketServer, inProcess, loops);
    lifecycle.closeWith(reloader);
    lifecycle.closeWith(routes);
    lifecycle.closeWith(audit);
  }

  /** Starts a gateway without companions, which keeps its configuration. */
  public static Gateway start(GatewayConfig config) throws GatewayException {
    return start(config, List.of());
  }

  /** Starts a gateway that keeps its configuration, see {@link #start(ConfigSource, List)}. */
  public static Gateway start(GatewayConfig config, List<Companion> companions)
      throws GatewayException {
    return start(config, () -> config, companions, Installation.NONE);
  }

  /**
   * Starts a gateway that can run no programs, see {@link #start(ConfigSource, List,
   * Installation)}.
   */
  public static Gateway start(ConfigSource source, List<Companion> companions)
      throws ConfigException, GatewayException {
    return start(source, companions, Installation.NONE);
  }

  /**
   * Starts a gateway that reads its configuration again when it is asked to; it answers when this
   * returns.
   *
   * @param installation what it can run programs and compile sources with
   * @throws ConfigException if its configuration can't be
   * @throws GatewayException if it can't start; nothing is left of it then
   */
  public static Gateway start(
      ConfigSource source, List<Companion> companions, Installation installation)
      throws ConfigException, GatewayException {
    return start(source.read(), source, companions, installation);
  }

  /**
   * Starts a gateway; it answers when this returns, and its socket's path is the last to appear.
   *
   * <p>Starts in one process go one after the other, because two that raced for one path would lift
   * each other's lock, see {@code SocketLock}.
   *
   * @param config what it is told at first
   * @param source what it is told when it is asked to read its configuration again
   * @throws GatewayException if it can't start; nothing is left of it then
   */
  private static synchronized Gateway start(
      GatewayConfig config,
      ConfigSource source,
      List<Companion> companions,
      Installation installation)
      throws GatewayException {
    if (!Epoll.isAvailable()) {
      throw new GatewayException(
          "epoll is not available: the gateway runs on Linux, x86-64 or aarch64",
          Epoll.unavailabilityCause());
    }
    Optional<Activation> activation = Activation.of(System.getenv());
    if (activation.isPresent()) {
      Path path = activation.get().path();
      config = config.withSocket(path);
      ConfigSource file = source;
      source = () -> file.read().withSocket(path);
    }
    UnixSocket socket =
        UnixSocket.own(
            config, companions.stream().map(Companion::suffix).toList(), activation.isPresent());
    OptionalInt adopted = activation.stream().mapToInt(Activation::fd).findFirst();
    Gateway gateway = new Gateway(config, source, installation, socket, adopted);
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
    config.change(config.current());
    inProcess.start();
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
    return inProcess.channelFor(caller);
  }

  /**
   * Changes when the services or their descriptors do, so that what was learnt by reflection can be
   * dropped.
   */
  public long generation() {
    return routes.generation();
  }

  /**
   * Reads the configuration again and has it hold, without touching calls in flight; a
   * configuration that can't be changes nothing. Returns at once; the log too is told how it went.
   */
  public CompletableFuture<Reloaded> reload() {
    return reloader.reload();
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
    builder
        .fallbackHandlerRegistry(routes.registry())
        .decompressorRegistry(Encodings.decompressors(true))
        .compressorRegistry(Encodings.compressors())
        .addStreamTracerFactory(IncomingCall.factory(config.limits().message()));
    // The one that was added last is the first to see a call.
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      builder.intercept(interceptors.get(i));
    }
    return builder.build();
  }

  /** The routes, once there are any: what is wired before them asks for them later. */
  private Routing routes() {
    return routes;
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
      return routes.upstreams();
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
      return config.current().drain();
    }

    @Override
    public void shutdown() {
      lifecycle.shutdown();
    }

    @Override
    public CompletableFuture<Reloaded> reload() {
      return reloader.reload();
    }

    @Override
    public CompletableFuture<Serving> serve(ServedService service) {
      return reloader.serve(service);
    }
  }
}
