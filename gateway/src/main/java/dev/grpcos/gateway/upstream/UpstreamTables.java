package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.forward.Forwarder;
import dev.grpcos.gateway.reflection.ReflectionService;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.route.RouteTable.Unlisted;
import io.grpc.health.v1.HealthGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Creates the tables for calls that name an upstream: they reach all services that its
 * configuration offers, whether it lists them or not, and whether they are shadowed or not.
 *
 * <p>Health is the upstream's own. Reflection is the gateway's, and shows the upstream's services.
 */
final class UpstreamTables {
  private static final NamePattern ANY = new NamePattern("*");

  private UpstreamTables() {}

  /**
   * Returns the tables of these upstreams, by their names.
   *
   * @param own the gateway's own services
   */
  static SortedMap<String, RouteTable> of(List<Route> own, List<Offer> offers) {
    SortedMap<String, RouteTable> tables = new TreeMap<>();
    for (Offer offer : offers) {
      tables.put(offer.upstream().config().name(), table(own, offer));
    }
    return tables;
  }

  private static RouteTable table(List<Route> own, Offer offer) {
    UpstreamConfig config = offer.upstream().config();
    Forwarder forwarder = offer.upstream().forwarder();
    List<Route> routes = new ArrayList<>();
    for (Route route : own) {
      if (ReflectionService.NAMES.contains(route.name())) {
        routes.add(new Route.HiddenRoute(route));
      } else if (route.name().equals(HealthGrpc.SERVICE_NAME)) {
        routes.add(
            new Route.HiddenRoute(
                new Route.UpstreamRoute(
                    route.name(), config.name(), forwarder, route.descriptors())));
      }
    }
    for (String service : offer.schema().services()) {
      routes.add(new Route.UpstreamRoute(service, config.name(), forwarder, offer::index));
    }
    List<Unlisted> unlisted =
        (config.services().isEmpty() ? List.of(ANY) : config.services())
            .stream().map(pattern -> new Unlisted(pattern, config.name(), forwarder)).toList();
    return new RouteTable(routes, unlisted, List.of(), new TreeMap<>());
  }
}
