package dev.grpcos.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is told.
 *
 * @param listen where it listens; this alone can't change while it runs
 * @param upstreams gRPC servers whose services it offers; their names are unique
 * @param services services whose methods are programs; their names are unique
 * @param policy who may call what; empty: the gateway's own user and root everything
 * @param limits bounds against abuse
 * @param audit the record of calls; null keeps none
 * @param drain how long calls in flight may go on once the gateway is asked to end
 * @param watch how often the gateway looks whether the socket at its path is still its own
 */
public record GatewayConfig(
    ListenConfig listen,
    List<UpstreamConfig> upstreams,
    List<ServiceConfig> services,
    List<PolicyRule> policy,
    Limits limits,
    @Nullable AuditConfig audit,
    Duration drain,
    Duration watch) {
  /** How often the socket is looked at. */
  static final Duration WATCH = Duration.ofSeconds(10);

  public GatewayConfig {
    upstreams = List.copyOf(upstreams);
    services = List.copyOf(services);
    policy = List.copyOf(policy);
    if (drain.isNegative()) {
      throw new IllegalArgumentException("drain is " + drain + ": not negative");
    }
    if (watch.toMillis() < 1) {
      throw new IllegalArgumentException("watch is " + watch + ": at least a millisecond");
    }
  }

  /** The built-in configuration, on this path. */
  public static GatewayConfig defaults(Path socket) {
    return new GatewayConfig(
        new ListenConfig(socket, 0600, null),
        List.of(),
        List.of(),
        List.of(),
        Limits.DEFAULT,
        null,
        Duration.ofSeconds(10),
        WATCH);
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
    return new GatewayConfig(value, upstreams, services, policy, limits, audit, drain, watch);
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

  public GatewayConfig withUpstreams(List<UpstreamConfig> value) {
    return new GatewayConfig(listen, value, services, policy, limits, audit, drain, watch);
  }

  public GatewayConfig withServices(List<ServiceConfig> value) {
    return new GatewayConfig(listen, upstreams, value, policy, limits, audit, drain, watch);
  }

  public GatewayConfig withPolicy(List<PolicyRule> value) {
    return new GatewayConfig(listen, upstreams, services, value, limits, audit, drain, watch);
  }

  public GatewayConfig withLimits(Limits value) {
    return new GatewayConfig(listen, upstreams, services, policy, value, audit, drain, watch);
  }

  public GatewayConfig withAudit(@Nullable AuditConfig value) {
    return new GatewayConfig(listen, upstreams, services, policy, limits, value, drain, watch);
  }

  public GatewayConfig withDrain(Duration value) {
    return new GatewayConfig(listen, upstreams, services, policy, limits, audit, value, watch);
  }

  public GatewayConfig withWatch(Duration value) {
    return new GatewayConfig(listen, upstreams, services, policy, limits, audit, drain, value);
  }
}
