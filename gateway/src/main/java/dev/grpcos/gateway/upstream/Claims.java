package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.route.RouteTable.Unlisted;
import dev.grpcos.gateway.route.ShadowedService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Joins the gateway's own services and the services of its upstreams in one table.
 *
 * <p>If the configuration assigns a name to two upstreams, it is invalid. A name that an upstream
 * only lists does not replace an existing route: it is shadowed, see {@link Shadowing}.
 */
final class Claims {
  private final Map<String, Route> routes = new TreeMap<>();
  private final List<Unlisted> unlisted = new ArrayList<>();
  private final Map<String, UpstreamConfig> named = new HashMap<>();

  private Claims(List<Route> own) {
    for (Route route : own) {
      if (holder(route.name()) != null) {
        throw new IllegalArgumentException(
            "service %s is claimed by `services`, but the gateway has it: leave one out"
                .formatted(route.name()));
      }
      routes.put(route.name(), route);
    }
  }

  /**
   * Returns the table of these services.
   *
   * @throws IllegalArgumentException if the configuration assigns a name twice
   */
  static RouteTable settle(List<Route> own, List<Offer> offers) {
    Claims claims = new Claims(own);
    for (Offer offer : offers) {
      claims.addNamed(offer.upstream().config());
    }
    // A service that the configuration assigns to an upstream has no other route while the upstream
    // is down.
    claims.routes.keySet().removeAll(claims.named.keySet());
    List<ShadowedService> shadowed =
        Shadowing.of(
            claims.routes.keySet().stream().filter(each -> claims.holder(each) != null).toList(),
            offers.stream()
                .map(
                    each ->
                        new Shadowing.Listed(each.upstream().config(), each.schema().services()))
                .toList());
    for (Offer offer : offers) {
      claims.addListed(offer, shadowed);
    }
    return new RouteTable(
        List.copyOf(claims.routes.values()),
        claims.unlisted,
        shadowed,
        UpstreamTables.of(own, offers));
  }

  private void addNamed(UpstreamConfig config) {
    for (NamePattern pattern : config.services()) {
      if (!pattern.isLiteral()) {
        continue;
      }
      String service = pattern.text();
      UpstreamConfig other = named.putIfAbsent(service, config);
      if (other != null && !other.equals(config)) {
        throw new IllegalArgumentException(
            "service %s is claimed by upstream %s and by upstream %s: leave it out of one's `services`"
                .formatted(service, other.name(), config.name()));
      }
      if (holder(service) != null) {
        throw new IllegalArgumentException(
            "service %s is claimed by upstream %s, but is the gateway's own: leave it out of `services`"
                .formatted(service, config.name()));
      }
    }
  }

  private void addListed(Offer offer, List<ShadowedService> shadowed) {
    UpstreamConfig config = offer.upstream().config();
    Set<String> elsewhere =
        shadowed.stream()
            .filter(each -> each.upstream().equals(config.name()))
            .map(ShadowedService::service)
            .collect(Collectors.toSet());
    for (String service : offer.schema().services()) {
      if (!elsewhere.contains(service)) {
        routes.put(
            service,
            new Route.UpstreamRoute(
                service, config.name(), offer.upstream().forwarder(), offer::index));
      }
    }
    for (NamePattern pattern : config.services()) {
      unlisted.add(new Unlisted(pattern, config.name(), offer.upstream().forwarder()));
    }
  }

  /** Returns the current route of a name, or null if the name is free. */
  private @Nullable Route holder(String service) {
    Route route = routes.get(service);
    return route instanceof Route.LocalRoute local && local.yields() ? null : route;
  }
}
