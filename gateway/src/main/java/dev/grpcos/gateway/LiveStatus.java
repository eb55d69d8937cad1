package dev.grpcos.gateway;

import dev.grpcos.gateway.audit.AuditLog;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.gateway.local.GatewayStatus;
import dev.grpcos.gateway.local.HttpStatus;
import dev.grpcos.gateway.local.ProcessOrigin;
import dev.grpcos.gateway.local.ReloadRecord;
import dev.grpcos.gateway.local.Reloaded;
import dev.grpcos.gateway.local.ResourceUse;
import dev.grpcos.gateway.local.SharedSocket;
import dev.grpcos.gateway.metrics.CallCounts;
import dev.grpcos.gateway.metrics.CallMetrics;
import dev.grpcos.gateway.metrics.CallerCounts;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.tap.Taps;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The gateway's status for the admin service. Safe for use by any thread. */
final class LiveStatus implements GatewayStatus {
  /** The parts that are created after the services that report them. */
  record Parts(
      CallMetrics metrics,
      AuditLog audit,
      MessageMemory memory,
      Routing routes,
      LiveConfig config,
      Reloader reloader,
      Lifecycle lifecycle,
      Sockets sockets,
      HttpEndpoint network,
      Shares shares,
      Taps taps) {}

  private final Path socket;
  private final ProcessOrigin origin;
  private final Instant started = Instant.now();
  private volatile @Nullable Parts parts;

  LiveStatus(Path socket, ProcessOrigin origin) {
    this.socket = socket;
    this.origin = origin;
  }

  /** Completes the status; called once, before the gateway accepts calls. */
  void complete(Parts all) {
    parts = all;
  }

  private Parts parts() {
    Parts complete = parts;
    if (complete == null) {
      throw new IllegalStateException("the gateway is not complete yet");
    }
    return complete;
  }

  /** Returns the current routes. */
  RouteTable routes() {
    return parts().routes().table();
  }

  @Override
  public Path socket() {
    return socket;
  }

  @Override
  public List<SocketAccess> sockets() {
    return parts().sockets().narrowed();
  }

  @Override
  public @Nullable HttpStatus http() {
    return parts().network().status();
  }

  @Override
  public CompletableFuture<SharedSocket> share(
      @Nullable Path path,
      List<NamePattern> methods,
      List<NamePattern> upstreams,
      @Nullable Duration ttl,
      Runnable expired) {
    return parts().shares().share(path, methods, upstreams, ttl, expired);
  }

  @Override
  public Instant started() {
    return started;
  }

  @Override
  public @Nullable Path configFile() {
    return parts().config().current().file();
  }

  @Override
  public @Nullable ReloadRecord lastReload() {
    return parts().reloader().last();
  }

  @Override
  public ProcessOrigin origin() {
    return origin;
  }

  @Override
  public List<String> services() {
    return parts().routes().table().services();
  }

  @Override
  public List<UpstreamStatus> upstreams() {
    return parts().routes().upstreams();
  }

  @Override
  public long calls() {
    return parts().metrics().total();
  }

  @Override
  public int callsInFlight() {
    return parts().metrics().inFlight();
  }

  @Override
  public long callsFailed() {
    return parts().metrics().failed();
  }

  @Override
  public int connections() {
    return parts().sockets().connections() + parts().network().connections();
  }

  @Override
  public List<CallCounts> callsByMethod() {
    return parts().metrics().calls();
  }

  @Override
  public List<CallerCounts> callsByUser() {
    return parts().metrics().callers();
  }

  @Override
  public ResourceUse resources() {
    Parts all = parts();
    Map<String, Integer> connections = new TreeMap<>(all.sockets().connectionsBySocket());
    connections.putAll(all.network().connectionsByAddress());
    return new ResourceUse(
        connections,
        all.routes().processes(),
        all.audit().use(),
        all.memory().used(),
        all.memory().limit(),
        all.reloader().applied(),
        all.reloader().failed());
  }

  @Override
  public boolean draining() {
    return parts().lifecycle().draining();
  }

  @Override
  public Duration drain() {
    return parts().config().current().drain();
  }

  @Override
  public void shutdown() {
    parts().lifecycle().shutdown();
  }

  @Override
  public CompletableFuture<Reloaded> reload() {
    return parts().reloader().reload();
  }

  @Override
  public Taps taps() {
    return parts().taps();
  }

  @Override
  public CompletableFuture<Serving> serve(ServedService service) {
    return parts().reloader().serve(service);
  }
}
