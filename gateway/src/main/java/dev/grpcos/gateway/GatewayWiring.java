package dev.grpcos.gateway;

import dev.grpcos.gateway.audit.AuditInterceptor;
import dev.grpcos.gateway.audit.AuditLog;
import dev.grpcos.gateway.call.AdmissionOnly;
import dev.grpcos.gateway.call.CallLimits;
import dev.grpcos.gateway.call.Encodings;
import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.InvalidCalls;
import dev.grpcos.gateway.call.LateRequests;
import dev.grpcos.gateway.call.OpenCalls;
import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.exec.ExecServices;
import dev.grpcos.gateway.http.GrpcJsonMethods;
import dev.grpcos.gateway.http.HttpCaller;
import dev.grpcos.gateway.http.HttpConnections;
import dev.grpcos.gateway.http.SharedCatalog;
import dev.grpcos.gateway.http.SharedConverters;
import dev.grpcos.gateway.installation.Installation;
import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.gateway.listener.ConnectionGate;
import dev.grpcos.gateway.listener.SocketListeners;
import dev.grpcos.gateway.listener.UnixSocket;
import dev.grpcos.gateway.local.LocalServices;
import dev.grpcos.gateway.metrics.CallMetrics;
import dev.grpcos.gateway.peer.InProcessPeer;
import dev.grpcos.gateway.policy.DeniedCalls;
import dev.grpcos.gateway.policy.PolicyInterceptor;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.replay.Replay;
import dev.grpcos.gateway.route.Route.UpstreamRoute;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.schema.SchemaLoader;
import dev.grpcos.gateway.systemd.ServiceManager;
import dev.grpcos.gateway.tap.TapInterceptor;
import dev.grpcos.gateway.tap.Taps;
import dev.grpcos.gateway.telemetry.ActiveTelemetry;
import dev.grpcos.gateway.text.AddressText;
import dev.grpcos.gateway.text.ShellText;
import dev.grpcos.gateway.upstream.Upstreams;
import io.grpc.HandlerRegistry;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connects the parts of a gateway: those that all calls use, then the servers of its sockets, then
 * its configuration and its end.
 */
final class GatewayWiring {
  private static final int EVENT_LOOPS = 2;

  private final Limits limits;
  private final EventLoopGroup loops = new EventLoops(EVENT_LOOPS, "grpcos-io");
  private final AuditLog audit = new AuditLog();
  private final CurrentConfig current;
  private final LiveStatus status;
  private final LocalServices local;
  private final ActiveTelemetry telemetry;
  private final Routing routes;
  private final CallMetrics metrics;
  private final Taps taps;
  private final OpenCalls calls;
  private final MessageMemory memory;
  private final SharedCatalog catalog;
  private final SharedConverters converters = new SharedConverters();
  private final DeniedCalls deniedCalls;

  private GatewayWiring(GatewayConfig initial, GatewayOptions options, UnixSocket socket) {
    limits = initial.limits();
    current = new CurrentConfig(initial);
    status = new LiveStatus(socket.path(), options.origin());
    local = new LocalServices(status, status::routes, loops);
    telemetry = new ActiveTelemetry(options.installation().telemetry(), local::status);
    routes = routes(options, socket, local, telemetry, loops);
    metrics = new CallMetrics(routes::table, telemetry);
    taps = new Taps(() -> current.limits().memory(), routes::table);
    calls = new OpenCalls(loops);
    memory = new MessageMemory(() -> current.limits().memory());
    catalog =
        new SharedCatalog(
            routes::table,
            () -> current.get().upstreams().stream().map(UpstreamConfig::name).toList());
    deniedCalls = new DeniedCalls(current::policy, calls, routes, loops);
  }

  /**
   * Creates a gateway that does not listen yet.
   *
   * @param initial the initial configuration
   * @param source the source of the configuration, read at each reload
   * @param options the settings that are not part of the configuration
   * @param socket the path of the owner's socket
   */
  static Gateway wire(
      GatewayConfig initial, ConfigSource source, GatewayOptions options, UnixSocket socket) {
    return new GatewayWiring(initial, options, socket).gateway(source, socket);
  }

  private static Routing routes(
      GatewayOptions options,
      UnixSocket socket,
      LocalServices local,
      ActiveTelemetry telemetry,
      EventLoopGroup loops) {
    Installation installation = options.installation();
    Replay replay = options.replay();
    return new Routing(
        local,
        replay == null ? List.of() : replay.routes(loops),
        new ExecServices(installation, System.getenv(), socket.path(), loops),
        changed ->
            new Upstreams(
                loops,
                System.getenv(),
                new SchemaLoader(installation.protoc()),
                telemetry,
                changed));
  }

  private Gateway gateway(ConfigSource source, UnixSocket socket) {
    endLateRequests();
    CallChecks checks = checks();
    InProcess inProcess = inProcess(limits, routes.registry(), checks.inProcess());
    HttpOnDemand http = http(inProcess);
    ConnectionGate gate = new ConnectionGate(current::limits, ConnectionGate.STRANGERS);
    Sockets sockets = new Sockets(socket, listeners(http, gate, checks.ofSockets()), loops);
    HttpEndpoint network = new HttpEndpoint(loops, gate, http, local::isServing, current::policy);
    LiveConfig config =
        new LiveConfig(current, audit, telemetry, routes, sockets, network, deniedCalls);
    ServiceManager manager = ServiceManager.of(System.getenv());
    Reloader reloader = new Reloader(source, config, manager);
    Lifecycle lifecycle =
        new Lifecycle(config, sockets, network, local, manager, calls, inProcess, loops);
    Shares shares = new Shares(sockets, loops);
    lifecycle.closeWith(shares);
    lifecycle.closeWith(reloader);
    lifecycle.closeWith(routes);
    lifecycle.closeWith(audit);
    lifecycle.closeWith(telemetry);
    status.complete(
        new LiveStatus.Parts(
            metrics, audit, memory, routes, config, reloader, lifecycle, sockets, network, shares,
            taps));
    return new Gateway(
        sockets,
        config,
        reloader,
        routes,
        inProcess,
        lifecycle,
        memory,
        () -> new WarmupServices(warmup(), metrics::total));
  }

  private void endLateRequests() {
    new LateRequests(
            calls,
            (upstream, method) -> routes.table().of(upstream).takesOneRequest(method),
            () -> current.limits().requestWait(),
            loops)
        .start();
  }

  /** The interceptors of calls, in the order that a call passes them. */
  private record CallChecks(List<ServerInterceptor> ofSockets, List<ServerInterceptor> inProcess) {}

  private CallChecks checks() {
    AuditInterceptor auditor =
        new AuditInterceptor(audit, (method, route) -> origin(method, route, routes.table()));
    TapInterceptor tap =
        new TapInterceptor(
            taps, method -> origin(method, IncomingCall.currentRoute(), routes.table()));
    PolicyInterceptor policy = new PolicyInterceptor(current::policy);
    CallLimits callLimits = new CallLimits(current::limits);
    return new CallChecks(
        List.of(metrics, auditor, tap, new InvalidCalls(calls), policy, callLimits),
        List.of(
            InProcessPeer.receiver(),
            metrics,
            auditor,
            tap,
            InvalidCalls.inProcess(),
            policy,
            callLimits,
            new AdmissionOnly()));
  }

  private SocketListeners listeners(
      HttpOnDemand http, ConnectionGate gate, List<ServerInterceptor> checks) {
    return new SocketListeners(
        loops,
        limits,
        () -> current.limits().requestWait(),
        gate,
        new ConnectionGate(current::limits, ConnectionGate.STRANGERS),
        caller -> current.policy().hasRights(caller),
        http,
        builder ->
            server(
                builder.addStreamTracerFactory(IncomingCall.factory(limits.message(), memory)),
                new GrpcJsonMethods(routes.registry(), catalog, converters),
                checks));
  }

  private InProcess inProcess(
      Limits initial, HandlerRegistry methods, List<ServerInterceptor> checks) {
    return new InProcess(
        initial,
        deniedCalls,
        builder ->
            server(
                builder.addStreamTracerFactory(
                    IncomingCall.inProcessFactory(initial.message(), memory)),
                methods,
                checks));
  }

  private HttpOnDemand http(InProcess inProcess) {
    return new HttpOnDemand() {
      @Override
      HttpConnections load() {
        return new HttpConnections(
            connection -> httpCaller(connection, inProcess),
            catalog,
            converters.get(),
            current::limits);
      }
    };
  }

  /** Returns a transport to the built-in services, which passes instances of its own. */
  private InProcess warmup() {
    // Reflection answers for all services, because the schema stays in use.
    RouteTable table = new RouteTable(new LocalServices(status, status::routes, loops).routes());
    return inProcess(
        current.limits(),
        table,
        List.of(
            InProcessPeer.receiver(),
            new CallMetrics(() -> table, ActiveTelemetry.none()),
            new AuditInterceptor(new AuditLog(), (method, route) -> table.origin(method)),
            InvalidCalls.inProcess(),
            new PolicyInterceptor(current::policy),
            new CallLimits(current::limits),
            new AdmissionOnly()));
  }

  /** Returns the peer of a connection with HTTP/1.1, whose calls are in-process calls. */
  private HttpCaller httpCaller(Channel connection, InProcess inProcess) {
    SocketCaller caller;
    try {
      caller = SocketCaller.of(connection);
    } catch (IOException e) {
      throw new UncheckedIOException("the peer of a connection has no identity", e);
    }
    return new HttpCaller(
        inProcess.channelFor(caller),
        end -> inProcess.admissionFor(caller, end),
        (upstream, method) -> current.policy().allows(caller, method, routes.of(upstream, method)),
        () -> current.policy().hasRights(caller),
        () -> memory.account(caller.hasReserve()),
        curl(caller),
        url(caller, connection));
  }

  /** Returns the origin of a call for the audit log. A named upstream need not exist. */
  private static @Nullable String origin(String method, TakenRoute route, RouteTable table) {
    return route.upstream() == null ? table.origin(method) : UpstreamRoute.origin(route.upstream());
  }

  /** Over TCP, the address that the client used, because a wildcard address is not a host. */
  private static String url(SocketCaller caller, Channel connection) {
    return caller.peer().address() == null
        ? "http://grpcos"
        : "http://" + AddressText.of((InetSocketAddress) connection.localAddress());
  }

  private static String curl(SocketCaller caller) {
    return caller.peer().address() == null
        ? "curl --unix-socket " + ShellText.word(caller.socket().path().toString())
        : "curl --oauth2-bearer \"$TOKEN\"";
  }

  /** Returns a server whose calls pass these interceptors in this order. */
  private static Server server(
      ServerBuilder<?> builder, HandlerRegistry methods, List<ServerInterceptor> interceptors) {
    builder
        .fallbackHandlerRegistry(methods)
        .decompressorRegistry(Encodings.decompressors())
        .compressorRegistry(Encodings.compressors());
    // The interceptor added last sees a call first.
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      builder.intercept(interceptors.get(i));
    }
    return builder.build();
  }
}
