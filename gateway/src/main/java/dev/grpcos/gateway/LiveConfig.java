package dev.grpcos.gateway;

import dev.grpcos.gateway.audit.AuditLog;
import dev.grpcos.gateway.config.Change;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.exec.ExecServices;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.policy.DeniedCalls;
import dev.grpcos.gateway.process.JvmMemory;
import dev.grpcos.gateway.telemetry.ActiveTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Replaces the configuration while the gateway runs.
 *
 * <p>A change is fully prepared before any part of it takes effect. Calls in flight keep the route
 * and the limits with which they started; those that are no longer allowed end after a while. Safe
 * for use by any thread.
 */
final class LiveConfig {
  private final AuditLog audit;
  private final ActiveTelemetry telemetry;
  private final Routing routing;
  private final Sockets sockets;
  private final HttpEndpoint network;
  private final CurrentConfig current;
  private final DeniedCalls deniedCalls;

  LiveConfig(
      CurrentConfig current,
      AuditLog audit,
      ActiveTelemetry telemetry,
      Routing routing,
      Sockets sockets,
      HttpEndpoint network,
      DeniedCalls deniedCalls) {
    this.audit = audit;
    this.telemetry = telemetry;
    this.routing = routing;
    this.sockets = sockets;
    this.network = network;
    this.current = current;
    this.deniedCalls = deniedCalls;
  }

  /** Returns the configuration in effect. */
  GatewayConfig current() {
    return current.get();
  }

  /**
   * Applies another configuration.
   *
   * @return the keys whose change needs a restart, and which keep their values
   * @throws GatewayException if the configuration cannot be served; nothing has changed then
   */
  synchronized List<String> change(GatewayConfig next) throws GatewayException {
    checkMemory(next.limits().memory(), JvmMemory.forMessages());
    GatewayConfig before = current.get();
    List<String> restart = restart(before, next);
    Limits configured = next.limits();
    GatewayConfig effective =
        next.withListen(before.listen())
            .withLimits(
                before
                    .limits()
                    .withConnections(configured.connections())
                    .withCalls(configured.calls())
                    .withExec(configured.exec())
                    .withShare(configured.share())
                    .withRequestWait(configured.requestWait())
                    .withMemory(configured.memory()));
    List<Change> prepared = new ArrayList<>();
    List<SocketsChange> listeners = new ArrayList<>();
    Change export;
    try {
      prepared.add(audit.prepare(next.audit()));
      prepared.add(routing.prepare(effective));
      listeners.add(sockets.prepare(effective));
      prepared.addAll(listeners);
      SocketsChange address = network.prepare(effective);
      listeners.add(address);
      prepared.add(address);
      export = telemetry.prepare(next.telemetry());
    } catch (GatewayException | RuntimeException e) {
      prepared.forEach(Change::discard);
      throw e;
    }
    listeners.forEach(SocketsChange::narrow);
    current.replace(effective);
    prepared.forEach(Change::commit);
    deniedCalls.end(effective.drain());
    // Last, because it waits for the last export to the old collector.
    export.commit();
    return restart;
  }

  /**
   * Serves a joined service of programs, in addition to those of this and of later configurations.
   *
   * @throws GatewayException if the service cannot be served; nothing has changed then
   */
  synchronized Serving serve(ServedService service) throws GatewayException {
    ExecServices.Joined joined = routing.join(service, current.limits());
    try {
      routing.admit(joined.route());
    } catch (GatewayException | RuntimeException e) {
      var unused = joined.serving().end(Duration.ZERO);
      throw e;
    }
    return most -> {
      routing.dismiss(joined.route());
      return joined.serving().end(most);
    };
  }

  /**
   * Checks that messages in flight leave a quarter of the JVM's memory for everything else.
   * Otherwise, an allocation could fail before the limit is reached, which ends whole connections.
   *
   * @param most the memory of the JVM
   */
  static void checkMemory(long memory, long most) throws GatewayException {
    long allowed = most / 4 * 3;
    if (memory > allowed) {
      throw new GatewayException(
          "limits.memory is %d MiB, but the JVM has %d MiB for messages: give at most %d MiB, or give the JVM more memory (-Xmx, -XX:MaxDirectMemorySize)"
              .formatted(memory >> 20, most >> 20, allowed >> 20));
    }
  }

  private static List<String> restart(GatewayConfig before, GatewayConfig next) {
    List<String> keys = new ArrayList<>();
    changed("listen.socket", before.socket(), next.socket(), keys);
    changed("listen.mode", before.mode(), next.mode(), keys);
    changed("listen.group", String.valueOf(before.group()), String.valueOf(next.group()), keys);
    changed("limits.message", before.limits().message(), next.limits().message(), keys);
    changed("limits.metadata", before.limits().metadata(), next.limits().metadata(), keys);
    changed("limits.streams", before.limits().streams(), next.limits().streams(), keys);
    changed("limits.idle", before.limits().idle(), next.limits().idle(), keys);
    return keys;
  }

  private static void changed(String key, Object before, Object next, List<String> keys) {
    if (!Objects.equals(before, next)) {
      keys.add(key);
    }
  }
}
