package dev.grpcos.gateway.http;

import dev.grpcos.gateway.route.RouteTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The catalogs of a gateway and its upstreams, which their first use creates: most gateways need
 * none. They are shared, so that each schema is linked once. Safe for use by any thread.
 */
public final class SharedCatalog {
  private final Supplier<RouteTable> routes;
  private final Supplier<List<String>> upstreams;
  private final Map<String, MethodCatalog> catalogs = new HashMap<>();
  private @Nullable MethodCatalog none;
  private @Nullable MethodCatalog catalog;

  /**
   * Creates an object without a catalog.
   *
   * @param upstreams returns the names of the upstreams in the order of the configuration
   */
  public SharedCatalog(Supplier<RouteTable> routes, Supplier<List<String>> upstreams) {
    this.routes = routes;
    this.upstreams = upstreams;
  }

  /** Returns the catalog of all routes. */
  synchronized MethodCatalog get() {
    MethodCatalog known = catalog;
    if (known == null) {
      known = new MethodCatalog(routes, upstreams);
      catalog = known;
    }
    return known;
  }

  /** Returns the catalog without methods, of a caller that may call nothing. */
  synchronized MethodCatalog none() {
    MethodCatalog known = none;
    if (known == null) {
      known = MethodCatalog.empty();
      none = known;
    }
    return known;
  }

  /**
   * Returns the catalog for requests that name an upstream, which need not exist.
   *
   * @param upstream the name; null for requests that name none
   */
  synchronized MethodCatalog of(@Nullable String upstream) {
    if (upstream == null) {
      return get();
    }
    RouteTable current = routes.get();
    catalogs.keySet().removeIf(name -> !current.hasUpstream(name));
    return current.hasUpstream(upstream)
        ? catalogs.computeIfAbsent(
            upstream, name -> new MethodCatalog(() -> routes.get().of(name), upstreams))
        : MethodCatalog.ofUnknown(upstream);
  }
}
