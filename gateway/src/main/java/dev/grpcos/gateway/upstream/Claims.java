package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import dev.grpcos.gateway.route.RouteTable.Unlisted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the gateway's own services and those of its upstreams into one table.
 *
 * <p>A name that two upstreams are configured to have is a mistake in the configuration. A name
 * that an upstream merely lists never takes what somebody else has: it is left out.
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
   * The table of these services.
   *
   * @param leftOut is told of each service that is left out, in one line
   * @throws IllegalArgumentException if a name is claimed twice by the configuration
   */
  static RouteTable settle(List<Route> own, List<Offer> offers, Consumer<String> leftOut) {
    Claims claims = new Claims(own);
    for (Offer offer : offers) {
      claims.addNamed(offer.upstream().config());
    }
    // What is configured to be an upstream's is not answered by anybody else while it is away.
    claims.routes.keySet().removeAll(claims.named.keySet());
    for (Offer offer : offers) {
      claims.addListed(offer, leftOut);
    }
    return new RouteTable(List.copyOf(claims.routes.values()), claims.unlisted);
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

  private void addListed(Offer offer, Consumer<String> leftOut) {
    UpstreamConfig config = offer.upstream().config();
    for (String service : offer.schema().services()) {
      UpstreamConfig owner = named.get(service);
      Route holder = holder(service);
      if (owner != null && !owner.equals(config)) {
        leftOut.accept(leftOut(config, service, "upstream " + owner.name()));
      } else if (holder instanceof Route.Upstream other) {
        leftOut.accept(leftOut(config, service, "upstream " + other.upstream()));
      } else if (holder != null) {
        leftOut.accept(leftOut(config, service, "the gateway itself"));
      } else {
        routes.put(
            service,
            new Route.Upstream(service, config.name(), offer.upstream().forwarder(), offer::index));
      }
    }
    for (NamePattern pattern : config.services()) {
      unlisted.add(
          new Unlisted(
              pattern, Route.Upstream.origin(config.name()), offer.upstream().forwarder()));
    }
  }

  /** The route that a name has already and keeps; null where it is free. */
  private @Nullable Route holder(String service) {
    Route route = routes.get(service);
    return route instanceof Route.Local local && local.yields() ? null : route;
  }

  private static String leftOut(UpstreamConfig config, String service, String holder) {
    return "upstream %s offers %s, which is left out: %s has it; name it in `services` of one"
        .formatted(config.name(), service, holder);
  }
}
