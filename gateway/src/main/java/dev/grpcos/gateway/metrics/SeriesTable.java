package dev.grpcos.gateway.metrics;

import dev.grpcos.gateway.metrics.CallSeries.SeriesKey;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.RouteTable;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The series of all calls: at most {@value #MOST} series, as many statuses, and a few more for
 * calls without a series of their own.
 *
 * <p>Callers choose names of methods, so only methods whose descriptors the gateway has get their
 * own series. Safe for use by any thread.
 */
final class SeriesTable {
  static final int MOST = 1000;
  private static final int MOST_CALLERS = 256;

  /** The route and the socket of calls for which there are no further series. */
  private static final SeriesKey REST =
      new SeriesKey(CallSeries.OTHER, CallSeries.OTHER, CallSeries.OTHER);

  private final Supplier<RouteTable> routes;
  private final Map<SeriesKey, CallSeries> all = new ConcurrentHashMap<>();
  private final CallSeries rest = new CallSeries(REST);
  private final AtomicInteger statuses = new AtomicInteger();
  private final Map<Integer, CallerSeries> callers = new ConcurrentHashMap<>();
  private final CallerSeries otherCallers = new CallerSeries(null);
  private volatile Resolved resolved;

  /**
   * The series of the methods of one table of routes, by place and method. A place is a socket, and
   * perhaps an upstream.
   */
  private record Resolved(RouteTable table, Map<String, Map<String, CallSeries>> places) {
    Resolved(RouteTable table) {
      this(table, new ConcurrentHashMap<>());
    }

    @Nullable CallSeries find(String place, String method) {
      Map<String, CallSeries> methods = places.get(place);
      return methods == null ? null : methods.get(method);
    }

    void add(String place, String method, CallSeries series) {
      places.computeIfAbsent(place, name -> new ConcurrentHashMap<>()).put(method, series);
    }
  }

  /** Creates an empty table; the argument returns the current routes. */
  SeriesTable(Supplier<RouteTable> routes) {
    this.routes = routes;
    resolved = new Resolved(new RouteTable(List.of()));
  }

  /**
   * Returns the series of a call.
   *
   * @param socket the label of the socket
   * @param upstream the upstream that the caller names; null for none
   * @param method the full name of the method
   */
  CallSeries of(String socket, @Nullable String upstream, String method) {
    RouteTable table = routes.get();
    Resolved current = resolved;
    if (current.table != table) {
      current = new Resolved(table);
      resolved = current;
    }
    String place = upstream == null ? socket : socket + "@" + upstream;
    CallSeries known = current.find(place, method);
    if (known != null) {
      return known;
    }
    String route = origin(table, upstream, method);
    CallSeries series =
        series(
            new SeriesKey(
                table.of(upstream).knows(method) ? method : CallSeries.OTHER,
                route == null ? "none" : route,
                socket));
    if (series.isOfOneMethod()) {
      current.add(place, method, series);
    }
    return series;
  }

  private static @Nullable String origin(
      RouteTable table, @Nullable String upstream, String method) {
    if (upstream == null) {
      return table.origin(method);
    }
    return table.hasUpstream(upstream) ? Route.UpstreamRoute.origin(upstream) : null;
  }

  private CallSeries series(SeriesKey key) {
    CallSeries known = all.get(key);
    if (known != null) {
      return known;
    }
    return all.size() < MOST ? all.computeIfAbsent(key, CallSeries::new) : rest;
  }

  /** Returns the object that counts the calls of a series that end with this status. */
  CallTotals totals(CallSeries series, Status.Code status) {
    CallTotals known = series.known(status);
    if (known != null) {
      return known;
    }
    if (series.isOfOneMethod()) {
      if (statuses.get() >= MOST) {
        return rest.of(status);
      }
      statuses.incrementAndGet();
    }
    return series.of(status);
  }

  /** Returns the series of the user with this number among those that share limits. */
  CallerSeries caller(int share) {
    CallerSeries known = callers.get(share);
    if (known != null) {
      return known;
    }
    return callers.size() < MOST_CALLERS
        ? callers.computeIfAbsent(share, CallerSeries::new)
        : otherCallers;
  }

  /** Returns the counts of all series with calls. */
  List<CallCounts> calls() {
    return Stream.concat(all.values().stream(), Stream.of(rest))
        .map(CallSeries::counts)
        .filter(each -> each.started() > 0 || !each.ended().isEmpty())
        .toList();
  }

  /** Returns the counts of all users with calls. */
  List<CallerCounts> callers() {
    return everyCaller().map(CallerSeries::counts).filter(each -> each.started() > 0).toList();
  }

  /** Returns the number of calls so far. */
  long started() {
    return everyCaller().mapToLong(CallerSeries::started).sum();
  }

  /** Returns the number of calls in flight. */
  int inFlight() {
    return everyCaller().mapToInt(CallerSeries::inFlight).sum();
  }

  /** Returns the number of calls that ended with a status other than OK. */
  long failed() {
    return everyCaller().mapToLong(CallerSeries::failed).sum();
  }

  private Stream<CallerSeries> everyCaller() {
    return Stream.concat(callers.values().stream(), Stream.of(otherCallers));
  }
}
