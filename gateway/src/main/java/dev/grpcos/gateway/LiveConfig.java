package dev.grpcos.gateway;

import dev.grpcos.gateway.audit.AuditLog;
import dev.grpcos.gateway.config.Change;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.exec.ExecServices;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.Policy;
import dev.grpcos.gateway.process.OwnProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The configuration in effect, and its replacement while the gateway runs.
 *
 * <p>A change is fully prepared before any part of it takes effect. Calls in flight keep the route
 * and the limits with which they started. Any thread may read the configuration.
 */
final class LiveConfig {
  private final AuditLog audit;
  private final Routing routing;
  private volatile GatewayConfig current;
  private volatile Policy policy;

  LiveConfig(GatewayConfig config, AuditLog audit, Routing routing) {
    this.audit = audit;
    this.routing = routing;
    current = config;
    policy = policy(config);
  }

  /** Returns the configuration in effect. */
  GatewayConfig current() {
    return current;
  }

  Limits limits() {
    return current.limits();
  }

  Policy policy() {
    return policy;
  }

  /** Returns whether the policy in effect permits this peer anything. */
  boolean names(PeerIdentity peer) {
    return policy.names(peer);
  }

  /**
   * Applies another configuration.
   *
   * @return the keys whose change needs a restart, and which keep their values
   * @throws GatewayException if the configuration cannot be served; nothing has changed then
   */
  synchronized List<String> change(GatewayConfig next) throws GatewayException {
    List<String> restart = restart(current, next);
    Limits wanted = next.limits();
    GatewayConfig effective =
        next.withListen(current.listen())
            .withLimits(
                current
                    .limits()
                    .withConnections(wanted.connections())
                    .withCalls(wanted.calls())
                    .withExec(wanted.exec())
                    .withShare(wanted.share())
                    .withRequestWait(wanted.requestWait())
                    .withMemory(wanted.memory()));
    Change auditChange = audit.prepare(next.audit());
    Change routes;
    try {
      routes = routing.prepare(effective);
    } catch (GatewayException | RuntimeException e) {
      auditChange.discard();
      throw e;
    }
    current = effective;
    policy = policy(next);
    auditChange.commit();
    routes.commit();
    return restart;
  }

  /**
   * Serves a joined service of programs, in addition to those of this and of later configurations.
   *
   * @throws GatewayException if the service cannot be served; nothing has changed then
   */
  synchronized Serving serve(ServedService service) throws GatewayException {
    ExecServices.Joined joined = routing.join(service, limits());
    routing.admit(joined.route());
    return most -> {
      routing.dismiss(joined.route());
      return joined.serving().end(most);
    };
  }

  private static Policy policy(GatewayConfig config) {
    return new Policy(OwnProcess.uid(), config.policy());
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
