package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.config.Change;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.config.ServiceConfig;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.reflection.ReflectionService;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.route.ShadowedService;
import dev.grpcos.gateway.schema.SchemaException;
import dev.grpcos.gateway.schema.SchemaLoader;
import dev.grpcos.gateway.telemetry.ActiveTelemetry;
import io.grpc.health.v1.HealthGrpc;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The gateway's upstreams.
 *
 * <p>A new configuration replaces them in two steps, so that an error in it changes nothing: {@link
 * #prepare}, then {@link NextUpstreams#commit}. Upstreams with an unchanged configuration continue;
 * removed upstreams end after their last call. Blocking work runs on separate threads. Safe for use
 * by any thread.
 */
public final class Upstreams implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.upstream");

  /** The number of threads for blocking work: files, token commands, parsing of descriptors. */
  private static final int WORKERS = 4;

  /** The time for which a removed upstream still accepts calls that were routed before. */
  private static final int RETIRE_SECONDS = 2;

  /** The time for connections to close before their event loops end. */
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** The services that the gateway always serves itself, and never forwards to an upstream. */
  private static final Set<String> NEVER_OFFERED = neverOffered();

  private final List<EventLoop> loops = new ArrayList<>();
  private final SchemaLoader schemas;
  private final ActiveTelemetry telemetry;
  private final SchemaCache cache;
  private final ShadowWarnings warnings = new ShadowWarnings(line -> LOG.log(Level.WARNING, line));
  private final Runnable changed;
  private final ScheduledThreadPoolExecutor worker =
      new ScheduledThreadPoolExecutor(WORKERS, new DefaultThreadFactory("grpcos-upstreams", true));

  // Guarded by this.
  private List<ActiveUpstream> members = List.of();
  private final Set<Upstream> retired = new HashSet<>();
  private boolean closed;

  private record ActiveUpstream(Upstream upstream, Discovery discovery, Limits limits) {}

  /**
   * Creates an object without upstreams.
   *
   * @param loops epoll event loops
   * @param environment names the folder of the cache
   * @param schemas reads the schemas of upstreams without reflection
   * @param telemetry gets the spans of calls
   * @param changed runs when offers or reachability have changed, on a thread that may block
   */
  public Upstreams(
      EventLoopGroup loops,
      Map<String, String> environment,
      SchemaLoader schemas,
      ActiveTelemetry telemetry,
      Runnable changed) {
    this.schemas = schemas;
    this.telemetry = telemetry;
    for (EventExecutor loop : loops) {
      this.loops.add((EventLoop) loop);
    }
    this.cache = SchemaCache.ofUser(environment);
    this.changed = changed;
    worker.setKeepAliveTime(10, TimeUnit.SECONDS);
    worker.allowCoreThreadTimeOut(true);
    worker.setRemoveOnCancelPolicy(true);
  }

  private static Set<String> neverOffered() {
    Set<String> names = new HashSet<>(ReflectionService.NAMES);
    names.add(HealthGrpc.SERVICE_NAME);
    return names;
  }

  /** The upstreams of a new configuration, to be committed or discarded. */
  public final class NextUpstreams implements Change {
    private final List<ActiveUpstream> next;
    private final List<ActiveUpstream> added;
    private final List<ActiveUpstream> gone;

    private NextUpstreams(
        List<ActiveUpstream> next, List<ActiveUpstream> added, List<ActiveUpstream> gone) {
      this.next = next;
      this.added = added;
      this.gone = gone;
    }

    /**
     * Returns the resulting table.
     *
     * @throws GatewayException if a name is claimed twice
     */
    public RouteTable routes(List<Route> own) throws GatewayException {
      return settle(own, next);
    }

    /** Returns the resulting offers, see {@link Upstreams#offers}. */
    public List<Object> offers() {
      return offersOf(next);
    }

    /** Replaces the current upstreams. The caller must then use the new table at once. */
    @Override
    public void commit() {
      replace(this);
    }

    /** Discards the prepared upstreams. */
    @Override
    public void discard() {
      added.forEach(Upstreams::close);
    }
  }

  /**
   * Prepares the upstreams of these configurations without connecting. Returns when the schemas
   * that come from files are loaded, also those of unchanged upstreams; a failure to load one is
   * logged and changes nothing. One thread at a time may prepare and then commit or discard.
   *
   * @throws GatewayException if a file of their credentials cannot be used
   */
  public NextUpstreams prepare(List<UpstreamConfig> configs, Limits limits)
      throws GatewayException {
    List<ActiveUpstream> current = members();
    List<ActiveUpstream> next = new ArrayList<>();
    List<ActiveUpstream> added = new ArrayList<>();
    List<ActiveUpstream> gone = new ArrayList<>(current);
    try {
      for (UpstreamConfig config : configs) {
        ActiveUpstream same = null;
        for (ActiveUpstream member : current) {
          if (member.upstream.config().equals(config) && member.limits.equals(limits)) {
            same = member;
          }
        }
        if (same == null) {
          same = member(config, limits);
          added.add(same);
        }
        next.add(same);
        gone.remove(same);
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      added.forEach(Upstreams::close);
      throw new GatewayException(String.valueOf(e.getMessage()), e);
    }
    CompletableFuture.allOf(
            next.stream()
                .map(each -> each.discovery.prepare())
                .toArray(CompletableFuture<?>[]::new))
        .join();
    return new NextUpstreams(next, added, gone);
  }

  private ActiveUpstream member(UpstreamConfig config, Limits limits)
      throws IOException, GeneralSecurityException {
    Upstream upstream =
        new Upstream(config, limits, loops, worker, telemetry, this::notifyChanged, this::fetch);
    Predicate<String> wanted = wanted(config);
    DescriptorSource source =
        config.schema().isEmpty()
            ? new ReflectionSource(upstream, wanted, worker)
            : new FileSource(schemas, config.schema(), wanted, worker, upstream.title());
    return new ActiveUpstream(
        upstream,
        new Discovery(upstream, source, wanted, cache, worker, this::notifyChanged),
        limits);
  }

  private synchronized void replace(NextUpstreams change) {
    members = List.copyOf(change.next);
    for (ActiveUpstream member : change.added) {
      member.upstream.start();
      member.discovery.reachable();
    }
    for (ActiveUpstream member : change.gone) {
      member.discovery.close();
      retired.removeIf(Upstream::ended);
      retired.add(member.upstream);
      var unused = worker.schedule(member.upstream::retire, RETIRE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Returns the table of the gateway's own services and the current offers. */
  public RouteTable routes(List<Route> own) throws GatewayException {
    return settle(own, members());
  }

  private RouteTable settle(List<Route> own, List<ActiveUpstream> from) throws GatewayException {
    try {
      RouteTable table =
          Claims.settle(own, from.stream().map(each -> each.discovery.offer()).toList());
      warnings.report(table.shadowed());
      return table;
    } catch (IllegalArgumentException e) {
      throw new GatewayException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns the current offers. An offer that has changed is a different object. */
  public List<Object> offers() {
    return offersOf(members());
  }

  private static List<Object> offersOf(List<ActiveUpstream> from) {
    return from.stream().map(each -> (Object) each.discovery.offer()).toList();
  }

  /** Returns whether each upstream and each of its services is reachable, by name. */
  public Map<String, Boolean> health() {
    Map<String, Boolean> health = new TreeMap<>();
    for (ActiveUpstream member : members()) {
      boolean ready = member.upstream.state() == UpstreamState.READY;
      health.put(member.upstream.config().name(), ready);
      member.discovery.offer().schema().services().forEach(name -> health.putIfAbsent(name, ready));
    }
    return health;
  }

  /**
   * Returns the status of each upstream, in the order of the configuration.
   *
   * @param shadowed the shadowed services of the current table
   */
  public List<UpstreamStatus> status(List<ShadowedService> shadowed) {
    List<UpstreamStatus> statuses = new ArrayList<>();
    for (ActiveUpstream member : members()) {
      String name = member.upstream.config().name();
      statuses.add(
          member.upstream.status(
              member.discovery.offer().schema().services().stream().sorted().toList(),
              shadowed.stream().filter(each -> each.upstream().equals(name)).toList()));
    }
    return statuses;
  }

  /**
   * Returns the services that would be shadowed, as far as descriptor sets and .proto files show.
   * Reads and compiles these files if several upstreams have files.
   *
   * @throws SchemaException if a file cannot be read or does not compile
   */
  public static List<ShadowedService> shadowed(GatewayConfig config, SchemaLoader schemas)
      throws SchemaException {
    List<Shadowing.Listed> listed = new ArrayList<>();
    for (UpstreamConfig upstream : config.upstreams()) {
      if (!upstream.schema().isEmpty()) {
        listed.add(new Shadowing.Listed(upstream, new TreeSet<>()));
      }
    }
    List<String> own = config.services().stream().map(ServiceConfig::service).toList();
    if (listed.isEmpty() || (listed.size() == 1 && own.isEmpty())) {
      return List.of();
    }
    for (Shadowing.Listed each : listed) {
      each.services()
          .addAll(FileSource.services(schemas, each.config().schema(), wanted(each.config())));
    }
    return Shadowing.of(own, listed);
  }

  private static Predicate<String> wanted(UpstreamConfig config) {
    return service -> !NEVER_OFFERED.contains(service) && config.offers(service);
  }

  private synchronized List<ActiveUpstream> members() {
    return members;
  }

  private synchronized void notifyChanged() {
    if (!closed) {
      worker.execute(changed);
    }
  }

  private void fetch(Upstream upstream) {
    for (ActiveUpstream member : members()) {
      if (member.upstream == upstream) {
        member.discovery.reachable();
      }
    }
  }

  /** Ends all upstreams and their calls. */
  @Override
  public void close() {
    List<Upstream> all = new ArrayList<>();
    synchronized (this) {
      closed = true;
      members.forEach(member -> all.add(member.upstream));
      members.forEach(Upstreams::close);
      members = List.of();
      retired.forEach(Upstream::close);
      all.addAll(retired);
    }
    worker.shutdownNow();
    try {
      for (Upstream upstream : all) {
        if (!upstream.await(CLOSING)) {
          LOG.log(Level.WARNING, "{0}: its connection does not close", upstream.title());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(ActiveUpstream member) {
    member.discovery.close();
    member.upstream.close();
  }
}
