package dev.grpcos.gateway;

import dev.grpcos.gateway.call.RouteLookup;
import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.config.Change;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.exec.ExecServices;
import dev.grpcos.gateway.exec.ProcessUse;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.local.LocalServices;
import dev.grpcos.gateway.route.CurrentRoutes;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.upstream.UpstreamStatus;
import dev.grpcos.gateway.upstream.Upstreams;
import io.grpc.HandlerRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Combines the gateway's own services, programs and upstreams into one table, which changes with
 * the configuration and with the services that upstreams offer.
 *
 * <p>Calls in flight keep their route. Safe for use by any thread.
 */
final class Routing implements RouteLookup, AutoCloseable {
  private final LocalServices local;
  private final List<Route> fixed;
  private final ExecServices exec;
  private final Upstreams upstreams;
  private final CurrentRoutes routes = new CurrentRoutes();
  private final AtomicLong generation = new AtomicLong();

  // Guarded by this.
  private List<Route> own;

  /** The joined services, which the configuration does not change. */
  private final List<Route> guests = new ArrayList<>();

  /** The offers from which the table was made, or older ones. */
  private List<Object> offers = List.of();

  /**
   * Creates a table with only the gateway's own services.
   *
   * @param fixed further routes, which the configuration does not change
   * @param upstreams creates the upstreams, which run its argument when their offers have changed
   */
  Routing(
      LocalServices local,
      List<Route> fixed,
      ExecServices exec,
      Function<Runnable, Upstreams> upstreams) {
    this.local = local;
    this.fixed = List.copyOf(fixed);
    this.exec = exec;
    this.own = local.routes();
    this.upstreams = upstreams.apply(this::takeOffers);
  }

  /** Returns the registry in which the servers look up each call. */
  HandlerRegistry registry() {
    return routes;
  }

  /** Returns the current table. */
  RouteTable table() {
    return routes.table();
  }

  /** Returns where a call would go now. */
  @Override
  public TakenRoute of(@Nullable String upstream, String method) {
    return routes.table().takenRoute(upstream, method);
  }

  /** Returns a number that changes when the services or their descriptors change. */
  long generation() {
    return generation.get();
  }

  List<UpstreamStatus> upstreams() {
    return upstreams.status(routes.table().shadowed());
  }

  ProcessUse processes() {
    return exec.use();
  }

  /**
   * Prepares the routes of a configuration; they take effect when the change is committed.
   *
   * @throws GatewayException if the configuration cannot be served; nothing has changed then
   */
  Change prepare(GatewayConfig config) throws GatewayException {
    ExecServices.NextServices programs = exec.prepare(config);
    Upstreams.NextUpstreams servers;
    try {
      servers = upstreams.prepare(config.upstreams(), config.limits());
    } catch (GatewayException e) {
      programs.discard();
      throw e;
    }
    List<Route> next = new ArrayList<>(local.routes());
    next.addAll(fixed);
    next.addAll(programs.routes());
    try {
      servers.routes(withGuests(next)); // fails if a name is claimed twice
    } catch (GatewayException e) {
      programs.discard();
      servers.discard();
      throw e;
    }
    return new Change() {
      @Override
      public void commit() {
        swap(next, programs, servers);
      }

      @Override
      public void discard() {
        programs.discard();
        servers.discard();
      }
    };
  }

  private synchronized void swap(
      List<Route> next, ExecServices.NextServices programs, Upstreams.NextUpstreams servers) {
    // Read before the table is made: a later offer causes another call of takeOffers.
    List<Object> now = servers.offers();
    RouteTable table;
    try {
      table = servers.routes(withGuests(next));
    } catch (GatewayException e) {
      throw new IllegalStateException("names were not claimed twice when this was prepared", e);
    }
    own = next;
    servers.commit();
    take(table, now);
    programs.commit();
  }

  /** Applies the current offers of the upstreams. */
  private synchronized void takeOffers() {
    try {
      List<Object> now = upstreams.offers();
      if (now.equals(offers)) {
        local.serving(routes.table().services(), upstreams.health());
      } else {
        take(upstreams.routes(withGuests(own)), now);
      }
    } catch (GatewayException e) {
      throw new IllegalStateException("names were not claimed twice when they were configured", e);
    }
  }

  private synchronized List<Route> withGuests(List<Route> routes) throws GatewayException {
    for (Route guest : guests) {
      for (Route route : routes) {
        if (route.name().equals(guest.name()) && route instanceof Route.ExecRoute) {
          throw new GatewayException(
              "service %s has been joined by a program: end that first".formatted(guest.name()));
        }
      }
    }
    List<Route> all = new ArrayList<>(routes);
    all.addAll(guests);
    return all;
  }

  /**
   * Adds a joined service, which stays until it is dismissed.
   *
   * @throws GatewayException if its name is already claimed; nothing has changed then
   */
  synchronized void admit(Route guest) throws GatewayException {
    for (Route route : routes.table().routes()) {
      boolean yields = route instanceof Route.LocalRoute held && held.yields();
      if (route.name().equals(guest.name()) && !yields) {
        throw new GatewayException(
            "service %s is already served (%s): end that first, or serve another"
                .formatted(guest.name(), route.origin()));
      }
    }
    guests.add(guest);
    try {
      List<Object> now = upstreams.offers();
      take(upstreams.routes(withGuests(own)), now);
    } catch (GatewayException e) {
      guests.remove(guest);
      throw e;
    }
  }

  /** Removes a joined service; calls in flight continue. */
  synchronized void dismiss(Route guest) {
    guests.remove(guest);
    try {
      List<Object> now = upstreams.offers();
      take(upstreams.routes(withGuests(own)), now);
    } catch (GatewayException e) {
      throw new IllegalStateException("names were not claimed twice with it", e);
    }
  }

  private void take(RouteTable table, List<Object> taken) {
    offers = taken;
    routes.replace(table);
    local.serving(table.services(), upstreams.health());
    generation.incrementAndGet();
  }

  /** Prepares a service for admission, see {@link ExecServices#join}. */
  ExecServices.Joined join(ServedService service, Limits limits) throws GatewayException {
    return exec.join(service, limits);
  }

  /** Closes upstreams and programs; called after the last call. */
  @Override
  public void close() {
    upstreams.close();
    exec.close();
  }
}
