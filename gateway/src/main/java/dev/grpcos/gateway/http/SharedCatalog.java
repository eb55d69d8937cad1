package dev.grpcos.gateway.http;

import dev.grpcos.gateway.route.RouteTable;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of a gateway, which its first use creates: most gateways need none. It is shared, so
 * that each schema is linked once. Safe for use by any thread.
 */
public final class SharedCatalog {
  private final Supplier<RouteTable> routes;
  private final Supplier<List<String>> upstreams;
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

  synchronized MethodCatalog get() {
    MethodCatalog known = catalog;
    if (known == null) {
      known = new MethodCatalog(routes, upstreams);
      catalog = known;
    }
    return known;
  }
}
