package dev.grpcos.gateway.route;

import io.grpc.HandlerRegistry;
import io.grpc.ServerMethodDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The routes as they are now: the built-in ones, and those of sources that come and go with the
 * configuration.
 *
 * <p>A call keeps the route that it began with. Safe for use by any thread; lookups don't wait.
 */
public final class LiveRoutes extends HandlerRegistry {
  private final List<Route> builtIn;
  private final Consumer<RouteTable> changed;
  private final Map<String, List<Route>> sources = new TreeMap<>();
  private volatile Current current;

  private record Current(RouteTable table, long generation) {}

  /**
   * Routes of the built-in services alone.
   *
   * @param changed is told each time that the routes have changed, one change after the other
   */
  public LiveRoutes(List<Route> builtIn, Consumer<RouteTable> changed) {
    this.builtIn = List.copyOf(builtIn);
    this.changed = changed;
    current = new Current(new RouteTable(builtIn), 1);
  }

  /**
   * Puts these routes in the place of those that the source had.
   *
   * @throws IllegalArgumentException if a service is claimed twice; nothing has changed then
   */
  public synchronized void replace(String source, List<Route> routes) {
    if (routes.equals(sources.getOrDefault(source, List.of()))) {
      return;
    }
    Map<String, List<Route>> next = new TreeMap<>(sources);
    next.put(source, List.copyOf(routes));
    List<Route> all = new ArrayList<>(builtIn);
    next.values().forEach(all::addAll);
    RouteTable table = new RouteTable(all);
    sources.put(source, List.copyOf(routes));
    current = new Current(table, current.generation + 1);
    changed.accept(table);
  }

  /** The routes of this moment. */
  public RouteTable table() {
    return current.table;
  }

  /** Changes when the routes do. */
  public long generation() {
    return current.generation;
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
    return current.table.lookupMethod(method, authority);
  }
}
