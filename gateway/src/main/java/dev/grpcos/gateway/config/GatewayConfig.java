package dev.grpcos.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a gateway.
 *
 * @param listen the socket, which a reload cannot change
 * @param http HTTP over TCP; null for none
 * @param sockets further sockets, which offer some methods and nothing else; their paths are unique
 * @param upstreams gRPC servers whose services the gateway offers; their names are unique
 * @param services services whose methods are programs; their names are unique
 * @param policy the access rules; if empty, only the gateway's own user and root may call
 * @param limits the limits on what callers may use
 * @param audit the audit log; null for none
 * @param telemetry the export of traces and metrics; null for none
 * @param drain how long calls in flight may continue after a request to stop
 * @param watch how often the gateway checks that the socket at its path is still its own
 * @param warmup whether the gateway runs some commands after it has begun to listen, to be warm
 * @param idle the time without a connection after which the gateway ends; null for no limit
 * @param file the absolute path of the file with this configuration; null for the built-in one
 */
public record GatewayConfig(
    ListenConfig listen,
    @Nullable HttpConfig http,
    List<SocketConfig> sockets,
    List<UpstreamConfig> upstreams,
    List<ServiceConfig> services,
    List<PolicyRule> policy,
    Limits limits,
    @Nullable AuditConfig audit,
    @Nullable OtlpConfig telemetry,
    Duration drain,
    Duration watch,
    boolean warmup,
    @Nullable Duration idle,
    @Nullable Path file) {
  /** The default interval between checks of the socket. */
  static final Duration WATCH = Duration.ofSeconds(10);

  public GatewayConfig {
    sockets = List.copyOf(sockets);
    upstreams = List.copyOf(upstreams);
    services = List.copyOf(services);
    policy = List.copyOf(policy);
    if (drain.isNegative()) {
      throw new IllegalArgumentException("drain is " + drain + ": not negative");
    }
    if (watch.toMillis() < 1) {
      throw new IllegalArgumentException("watch is " + watch + ": at least a millisecond");
    }
    if (idle != null && idle.toMillis() < 1) {
      throw new IllegalArgumentException("idle is " + idle + ": at least a millisecond");
    }
  }

  /** Returns the built-in configuration, for a socket at this path. */
  public static GatewayConfig defaults(Path socket) {
    return new GatewayConfig(
        new ListenConfig(socket, 0600, null),
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Limits.DEFAULT,
        null,
        null,
        Duration.ofSeconds(10),
        WATCH,
        true,
        null,
        null);
  }

  public Path socket() {
    return listen.socket();
  }

  public int mode() {
    return listen.mode();
  }

  public @Nullable String group() {
    return listen.group();
  }

  public GatewayConfig withListen(ListenConfig value) {
    return with(draft -> draft.listen = value);
  }

  public GatewayConfig withSocket(Path value) {
    return withListen(new ListenConfig(value, mode(), group()));
  }

  public GatewayConfig withMode(int value) {
    return withListen(new ListenConfig(socket(), value, group()));
  }

  public GatewayConfig withGroup(@Nullable String value) {
    return withListen(new ListenConfig(socket(), mode(), value));
  }

  public GatewayConfig withHttp(@Nullable HttpConfig value) {
    return with(draft -> draft.http = value);
  }

  public GatewayConfig withSockets(List<SocketConfig> value) {
    return with(draft -> draft.sockets = value);
  }

  public GatewayConfig withUpstreams(List<UpstreamConfig> value) {
    return with(draft -> draft.upstreams = value);
  }

  public GatewayConfig withServices(List<ServiceConfig> value) {
    return with(draft -> draft.services = value);
  }

  public GatewayConfig withPolicy(List<PolicyRule> value) {
    return with(draft -> draft.policy = value);
  }

  public GatewayConfig withLimits(Limits value) {
    return with(draft -> draft.limits = value);
  }

  public GatewayConfig withAudit(@Nullable AuditConfig value) {
    return with(draft -> draft.audit = value);
  }

  public GatewayConfig withTelemetry(@Nullable OtlpConfig value) {
    return with(draft -> draft.telemetry = value);
  }

  public GatewayConfig withDrain(Duration value) {
    return with(draft -> draft.drain = value);
  }

  public GatewayConfig withWatch(Duration value) {
    return with(draft -> draft.watch = value);
  }

  public GatewayConfig withIdle(@Nullable Duration value) {
    return with(draft -> draft.idle = value);
  }

  public GatewayConfig withWarmup(boolean value) {
    return with(draft -> draft.warmup = value);
  }

  private GatewayConfig with(Consumer<GatewayDraft> change) {
    GatewayDraft draft = new GatewayDraft(this);
    change.accept(draft);
    return draft.build();
  }

  /** A configuration of which some parts are about to change. */
  private static final class GatewayDraft {
    ListenConfig listen;
    @Nullable HttpConfig http;
    List<SocketConfig> sockets;
    List<UpstreamConfig> upstreams;
    List<ServiceConfig> services;
    List<PolicyRule> policy;
    Limits limits;
    @Nullable AuditConfig audit;
    @Nullable OtlpConfig telemetry;
    Duration drain;
    Duration watch;
    boolean warmup;
    @Nullable Duration idle;
    @Nullable Path file;

    GatewayDraft(GatewayConfig from) {
      listen = from.listen;
      http = from.http;
      sockets = from.sockets;
      upstreams = from.upstreams;
      services = from.services;
      policy = from.policy;
      limits = from.limits;
      audit = from.audit;
      telemetry = from.telemetry;
      drain = from.drain;
      watch = from.watch;
      warmup = from.warmup;
      idle = from.idle;
      file = from.file;
    }

    GatewayConfig build() {
      return new GatewayConfig(
          listen, http, sockets, upstreams, services, policy, limits, audit, telemetry, drain,
          watch, warmup, idle, file);
    }
  }
}
