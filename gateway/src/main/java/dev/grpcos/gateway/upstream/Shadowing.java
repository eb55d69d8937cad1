package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.UpstreamConfig;
import dev.grpcos.gateway.route.ShadowedService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which upstream serves a service that several list: the one whose configuration names it,
 * else the gateway itself, else the first in the order of the configuration.
 */
final class Shadowing {
  /** An upstream and the services that it lists. */
  record Listed(UpstreamConfig config, Collection<String> services) {}

  private Shadowing() {}

  /**
   * Returns the services that upstreams list but do not serve, in the order of the configuration.
   *
   * @param own the services of the gateway that do not yield to an upstream
   */
  static List<ShadowedService> of(Collection<String> own, List<Listed> upstreams) {
    Map<String, String> holders = new HashMap<>();
    own.forEach(service -> holders.put(service, ShadowedService.GATEWAY));
    for (Listed upstream : upstreams) {
      for (NamePattern pattern : upstream.config.services()) {
        if (pattern.isLiteral()) {
          holders.put(pattern.text(), upstream.config.name());
        }
      }
    }
    List<ShadowedService> shadowed = new ArrayList<>();
    for (Listed upstream : upstreams) {
      for (String service : upstream.services) {
        String name = upstream.config.name();
        String holder = holders.computeIfAbsent(service, free -> name);
        if (!holder.equals(name)) {
          shadowed.add(new ShadowedService(service, name, holder));
        }
      }
    }
    return List.copyOf(shadowed);
  }
}
