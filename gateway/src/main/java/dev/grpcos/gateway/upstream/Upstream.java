package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.call.Encodings;
import dev.grpcos.gateway.channel.ChannelSettings;
import dev.grpcos.gateway.channel.Channels;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.RetryConfig;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.credential.CallCredentials;
import dev.grpcos.gateway.credential.TlsSource;
import dev.grpcos.gateway.forward.AddedHeaders;
import dev.grpcos.gateway.forward.Destination;
import dev.grpcos.gateway.forward.Forwarder;
import dev.grpcos.gateway.forward.Lane;
import dev.grpcos.gateway.process.Versions;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.ShadowedService;
import dev.grpcos.gateway.telemetry.ActiveTelemetry;
import dev.grpcos.gateway.telemetry.UpstreamSpans;
import io.grpc.ConnectivityState;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server behind the gateway: a channel on each event loop, its credentials, and its state.
 *
 * <p>The first channel stays connected, to detect whether the server is reachable. The other
 * channels connect on use, and disconnect after a while. Safe for use by any thread.
 */
final class Upstream implements Destination {
  /**
   * The memory for the requests of one retried call. All calls of a channel share a second limit.
   */
  private static final long RETRY_CALL_BYTES = 1 << 20;

  private static final long RETRY_CHANNEL_BYTES = 16 << 20;
  private static final int FLOW_CONTROL_WINDOW = 1 << 20;

  private final UpstreamConfig config;
  private final String title;
  private final UpstreamFailures failures;
  private final @Nullable TlsSource tls;
  private final @Nullable CallCredentials credentials;
  private final List<UpstreamConnection> connections = new ArrayList<>();
  private final Forwarder forwarder = new Forwarder(this);
  private final Runnable changed;
  private final Runnable connected;
  private volatile UpstreamState state = UpstreamState.CONNECTING;
  private volatile Instant since = Instant.now();
  private volatile String lastError = "";
  private volatile boolean closed;

  /**
   * Creates an upstream and begins to read its credentials; connects later.
   *
   * @param loops epoll event loops, at least one
   * @param worker may be blocked
   * @param telemetry gets the spans of calls
   * @param changed runs when the state has changed
   * @param connected runs when a new connection is ready
   * @throws IOException if a TLS file cannot be read
   * @throws GeneralSecurityException if a TLS file is invalid
   */
  Upstream(
      UpstreamConfig config,
      Limits limits,
      List<EventLoop> loops,
      ScheduledExecutorService worker,
      ActiveTelemetry telemetry,
      Runnable changed,
      Consumer<Upstream> connected)
      throws IOException, GeneralSecurityException {
    this.config = config;
    this.title = "upstream " + config.name() + " (" + config.target() + ")";
    this.changed = changed;
    this.connected = () -> connected.accept(this);
    tls = config.tls() == null ? null : TlsSource.of(config.tls(), title, loops.get(0), worker);
    credentials =
        config.credentials() == null
            ? null
            : new CallCredentials(config.credentials(), title, worker);
    ServerAddress address = ServerAddress.parse(config.target(), Path.of("/"));
    failures = new UpstreamFailures(title, config, address);
    UpstreamSpans spans = spans(telemetry, config, address);
    for (EventLoop loop : loops) {
      boolean kept = connections.isEmpty();
      connections.add(
          new UpstreamConnection(
              builder(address, limits, loop).build(),
              loop,
              config.retry() != null,
              config.connectTimeout(),
              spans,
              now -> changed(now, kept)));
    }
  }

  private static UpstreamSpans spans(
      ActiveTelemetry telemetry, UpstreamConfig config, ServerAddress address) {
    String route = Route.UpstreamRoute.origin(config.name());
    if (address instanceof ServerAddress.Tcp tcp) {
      return new UpstreamSpans(telemetry, route, tcp.host(), tcp.port());
    }
    String socket =
        address instanceof ServerAddress.Unix unix ? unix.path().toString() : address.toString();
    return new UpstreamSpans(telemetry, route, socket, 0);
  }

  private NettyChannelBuilder builder(ServerAddress address, Limits limits, EventLoop loop)
      throws GeneralSecurityException {
    NettyChannelBuilder builder =
        Channels.builder(address, settings(limits), loop)
            .userAgent("grpcos/" + Versions.read().grpcos())
            // A fixed window: measuring it takes a ping with every batch of responses.
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .idleTimeout(limits.idle().toNanos(), TimeUnit.NANOSECONDS)
            .maxTraceEvents(0)
            // Reflection uses no compression. A forwarded call uses its caller's encodings.
            .decompressorRegistry(Encodings.silentDecompressors())
            .compressorRegistry(Encodings.compressors());
    if (config.retry() != null) {
      builder
          .enableRetry()
          .perRpcBufferLimit(RETRY_CALL_BYTES)
          .retryBufferSize(RETRY_CHANNEL_BYTES)
          .defaultServiceConfig(serviceConfig(config.retry()));
    }
    return builder;
  }

  private ChannelSettings settings(Limits limits) {
    ChannelSettings settings =
        ChannelSettings.DEFAULT
            .withTls(tls == null ? null : tls.tls())
            .withAuthority(config.authority())
            .withConnectTimeout(config.connectTimeout())
            .withMaxMessage(limits.message())
            .withProxy(config.proxy());
    return config.keepalive() == null
        ? settings
        : settings.withKeepalive(config.keepalive().time(), config.keepalive().timeout());
  }

  /** Returns the retry policy for every method (gRFC A6). */
  private static Map<String, ?> serviceConfig(RetryConfig retry) {
    return Map.of(
        "methodConfig",
        List.of(
            Map.of(
                "name",
                List.of(Map.of()),
                "retryPolicy",
                Map.of(
                    "maxAttempts",
                    (double) retry.attempts(),
                    "initialBackoff",
                    seconds(retry.initialBackoff()),
                    "maxBackoff",
                    seconds(retry.maxBackoff()),
                    "backoffMultiplier",
                    2.0,
                    "retryableStatusCodes",
                    List.of("UNAVAILABLE")))));
  }

  private static String seconds(Duration time) {
    return "%d.%09ds".formatted(time.getSeconds(), time.getNano());
  }

  UpstreamConfig config() {
    return config;
  }

  Forwarder forwarder() {
    return forwarder;
  }

  /** Connects. Called when the listeners are ready. */
  void start() {
    UpstreamConnection first = connections.get(0);
    if (tls == null) {
      first.connect();
    } else {
      tls.whenReady(first::connect);
    }
  }

  /** Resolves the target's name again, to find changed addresses. */
  void resolveAgain() {
    connections.forEach(UpstreamConnection::resolveAgain);
  }

  UpstreamState state() {
    return state;
  }

  UpstreamStatus status(List<String> services, List<ShadowedService> shadowed) {
    return new UpstreamStatus(
        config.name(),
        config.target(),
        state,
        since,
        lastError,
        services,
        shadowed,
        credentials == null ? null : credentials.status(),
        tls == null ? null : tls.status());
  }

  /** Records that the descriptors could not be fetched. */
  void schemaFailed(String reason) {
    lastError = reason;
  }

  /** Records that the descriptors are fetched. */
  void schemaFetched() {
    if (state == UpstreamState.READY) {
      lastError = "";
    }
  }

  private void changed(ConnectivityState now, boolean kept) {
    switch (now) {
      case READY -> enter(UpstreamState.READY);
      case TRANSIENT_FAILURE -> {
        enter(UpstreamState.FAILING);
        if (kept && !closed) {
          connections.get(0).tryLater();
        }
      }
      case IDLE -> {
        if (kept && !closed) {
          connections.get(0).connect();
        }
      }
      case CONNECTING, SHUTDOWN -> {
        // The known state stays until the attempt has ended.
      }
    }
  }

  private void enter(UpstreamState next) {
    synchronized (this) {
      if (state == next || closed) {
        return;
      }
      state = next;
      since = Instant.now();
      if (next == UpstreamState.READY) {
        lastError = "";
      }
    }
    if (next == UpstreamState.READY) {
      connected.run();
    }
    changed.run();
  }

  /** Returns the upstream's name and address, for messages. */
  String title() {
    return title;
  }

  @Override
  public Status explain(Status status) {
    return failures.named(status);
  }

  @Override
  public Status unreached() {
    return failures.unreached();
  }

  @Override
  public Lane lane() {
    for (UpstreamConnection connection : connections) {
      if (connection.inEventLoop()) {
        return connection.lane();
      }
    }
    // For in-process calls each thread uses one channel, so that its calls keep their order.
    int index = Thread.currentThread().hashCode() & Integer.MAX_VALUE;
    return connections.get(index % connections.size()).lane();
  }

  @Override
  public Duration connectTimeout() {
    return config.connectTimeout();
  }

  @Override
  public long pause(Lane lane) {
    for (UpstreamConnection connection : connections) {
      if (connection.serves(lane)) {
        return connection.pause();
      }
    }
    return 0;
  }

  @Override
  public @Nullable Duration deadline() {
    return config.deadline();
  }

  @Override
  public boolean authorizes() {
    // Until there is a certificate, calls wait for it as they wait for headers.
    return credentials != null || (tls != null && !tls.isReady());
  }

  @Override
  public void failed(Status status) {
    if (status.getCode() == Status.Code.UNAVAILABLE
        || status.getCode() == Status.Code.UNAUTHENTICATED) {
      lastError = failures.reason(status);
    }
  }

  @Override
  public void unauthenticated() {
    if (credentials != null) {
      credentials.refused();
    }
  }

  @Override
  public void authorize(Consumer<Authorization> then) {
    if (tls == null || tls.isReady()) {
      addHeaders(then);
    } else {
      tls.whenReady(() -> addHeaders(then));
    }
  }

  private void addHeaders(Consumer<Authorization> then) {
    if (credentials == null) {
      then.accept(new Authorization(AddedHeaders.NONE, Status.OK));
    } else {
      credentials.get(then);
    }
  }

  /** Accepts no more calls. Ends after the last call. */
  void retire() {
    closed = true;
    connections.forEach(UpstreamConnection::shutdown);
    closeCredentials();
  }

  /** Ends immediately, with all calls. */
  void close() {
    closed = true;
    connections.forEach(UpstreamConnection::shutdownNow);
    closeCredentials();
  }

  /** Returns whether its connections are closed and all calls have ended. */
  boolean ended() {
    return connections.stream().allMatch(UpstreamConnection::ended);
  }

  /** Waits until its connections are closed. Returns false after a timeout. */
  boolean await(Duration time) throws InterruptedException {
    for (UpstreamConnection connection : connections) {
      if (!connection.await(time)) {
        return false;
      }
    }
    return true;
  }

  private void closeCredentials() {
    if (credentials != null) {
      credentials.close();
    }
    if (tls != null) {
      tls.close();
    }
  }
}
