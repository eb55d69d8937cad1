package dev.grpcos.gateway.http;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.gateway.call.MethodName;
import dev.grpcos.gateway.call.NamedUpstream;
import dev.grpcos.gateway.json.Nearest;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.ServedTypes;
import dev.grpcos.gateway.rest.RestBindings;
import dev.grpcos.gateway.rest.RestMatch;
import dev.grpcos.gateway.route.Route;
import dev.grpcos.gateway.route.Route.UpstreamRoute;
import dev.grpcos.gateway.route.RouteTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The methods of the current routes, with their descriptors. A service has the descriptors of its
 * own source. Safe for use by any thread.
 */
final class MethodCatalog {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.http");

  /** One more than a message lists, so that the message shows that there are more. */
  private static final int SUGGESTED = 9;

  private final Supplier<RouteTable> routes;
  private @Nullable RouteTable table;
  private Map<DescriptorIndex, ServedTypes> sources = new HashMap<>();
  private final Supplier<List<String>> upstreams;
  private final @Nullable String unknown;
  private @Nullable RestBindings bindings;

  /**
   * Creates a catalog.
   *
   * @param upstreams returns the names of the upstreams in the order of the configuration
   */
  MethodCatalog(Supplier<RouteTable> routes, Supplier<List<String>> upstreams) {
    this(routes, upstreams, null);
  }

  private MethodCatalog(
      Supplier<RouteTable> routes, Supplier<List<String>> upstreams, @Nullable String unknown) {
    this.routes = routes;
    this.upstreams = upstreams;
    this.unknown = unknown;
  }

  /** Returns the empty catalog of an upstream that does not exist. */
  static MethodCatalog ofUnknown(String upstream) {
    return empty(NamedUpstream.unknown(upstream));
  }

  /** Returns a catalog without methods. */
  static MethodCatalog empty() {
    return empty(null);
  }

  private static MethodCatalog empty(@Nullable String unknown) {
    RouteTable empty = new RouteTable(List.of());
    return new MethodCatalog(() -> empty, List::of, unknown);
  }

  /** Returns the bindings of the current routes; of equal ones, the first upstream's is used. */
  RestBindings bindings() {
    RouteTable current;
    synchronized (this) {
      current = update();
      if (bindings != null) {
        return bindings;
      }
    }
    // Without the lock, which event loops take: the files of all services are parsed.
    List<String> order = upstreams.get();
    List<Route> sorted = new ArrayList<>(current.routes());
    sorted.sort(
        Comparator.comparingInt(
            route -> route instanceof UpstreamRoute up ? order.indexOf(up.upstream()) : -1));
    RestBindings created = RestBindings.of(sorted);
    synchronized (this) {
      if (update() != current || bindings != null) {
        return bindings == null ? created : bindings;
      }
      bindings = created;
    }
    created.unused().forEach(unused -> LOG.log(System.Logger.Level.WARNING, unused));
    return created;
  }

  private synchronized @Nullable RestBindings knownBindings() {
    update();
    return bindings;
  }

  /**
   * Returns whether a request can be routed at once. Otherwise {@link #prepare} may take long.
   *
   * <p>Neither includes what only a message names, which is linked when the message is converted:
   * the types in {@code google.protobuf.Any}, and extensions. For small messages and the details of
   * errors, that is on the event loop.
   *
   * @param verb the HTTP method
   */
  boolean isPrepared(String verb, String path) {
    String name = path.substring(1);
    if (MethodName.isValid(name)) {
      if (!isLinked(name)) {
        return false;
      }
      if (method(name) != null) {
        return true;
      }
    }
    RestBindings known = knownBindings();
    RestMatch match = known == null ? null : known.match(verb, path);
    return known != null && (match == null || isLinked(match.binding().method()));
  }

  /** Returns whether {@link #method} needs to link nothing. */
  boolean isLinked(String method) {
    String service = method.substring(0, method.indexOf('/'));
    ServedTypes types = types(service);
    return types == null || types.isLinked(service);
  }

  /** Links and parses what {@link #method} and {@link #bindings} need for this request. */
  void prepare(String verb, String path) {
    String name = path.substring(1);
    if (MethodName.isValid(name) && method(name) != null) {
      return;
    }
    RestMatch match = bindings().match(verb, path);
    if (match != null) {
      method(match.binding().method());
    }
  }

  /** Returns the full names of the services, sorted. */
  List<String> services() {
    return routes.get().services();
  }

  /**
   * Returns the method, or null if it is unknown.
   *
   * @param fullName a name such as {@code pkg.Service/Method}
   */
  @Nullable ServedMethod method(String fullName) {
    int slash = fullName.indexOf('/');
    ServedTypes types = types(fullName.substring(0, slash));
    ServiceDescriptor service = types == null ? null : types.service(fullName.substring(0, slash));
    MethodDescriptor method =
        service == null ? null : service.findMethodByName(fullName.substring(slash + 1));
    return types == null || method == null ? null : new ServedMethod(method, types);
  }

  /** Returns the service, or null if it is unknown. */
  @Nullable ServiceDescriptor service(String fullName) {
    ServedTypes types = types(fullName);
    return types == null ? null : types.service(fullName);
  }

  /** Returns the services that have a descriptor, sorted by name. */
  List<ServiceDescriptor> described() {
    return services().stream().map(this::service).filter(Objects::nonNull).toList();
  }

  /**
   * Returns the reason why {@link #method} returns null, with suggestions.
   *
   * @param mayCall the methods that may be suggested
   */
  String absence(String fullName, Predicate<String> mayCall) {
    if (unknown != null) {
      return unknown;
    }
    int slash = fullName.indexOf('/');
    String name = fullName.substring(0, slash);
    List<String> services = services();
    if (!services.contains(name)) {
      return "no service '%s'%s".formatted(name, suggestion(name, services, mayCall));
    }
    ServiceDescriptor service = service(name);
    if (service == null) {
      return "service %s has no descriptor, so its messages have no JSON; send application/proto"
          .formatted(name);
    }
    String method = fullName.substring(slash + 1);
    List<String> methods =
        service.getMethods().stream()
            .map(MethodDescriptor::getName)
            .filter(each -> mayCall.test(name + "/" + each))
            .sorted()
            .toList();
    return "no method '%s' in %s%s"
        .formatted(method, name, Nearest.orAll(method, methods, "it has"));
  }

  /** Returns the end of a message, and looks at few services: each look may link a file. */
  private String suggestion(String name, List<String> services, Predicate<String> mayCall) {
    String nearest = Nearest.of(name, services);
    List<String> candidates =
        nearest != null && isVisible(nearest, mayCall)
            ? List.of(nearest)
            : services.stream()
                .filter(service -> !service.equals(nearest) && isVisible(service, mayCall))
                .limit(SUGGESTED)
                .toList();
    return Nearest.orAll(name, candidates, "there are");
  }

  private boolean isVisible(String serviceName, Predicate<String> mayCall) {
    ServiceDescriptor service = service(serviceName);
    return service != null
        && service.getMethods().stream()
            .anyMatch(method -> mayCall.test(serviceName + "/" + method.getName()));
  }

  private synchronized @Nullable ServedTypes types(String service) {
    Route route = update().route(service);
    return route == null
        ? null
        : sources.computeIfAbsent(route.descriptors().get(), ServedTypes::new);
  }

  /** Returns the current table, and discards what belongs to another one. */
  private synchronized RouteTable update() {
    RouteTable current = routes.get();
    if (current != table) {
      // Sources that are unchanged keep their linked descriptors.
      Map<DescriptorIndex, ServedTypes> kept = new HashMap<>();
      for (Route route : current.routes()) {
        DescriptorIndex index = route.descriptors().get();
        ServedTypes known = sources.get(index);
        if (known != null) {
          kept.put(index, known);
        }
      }
      sources = kept;
      bindings = null;
      table = current;
    }
    return current;
  }
}
