package dev.grpcos.gateway.route;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import dev.grpcos.gateway.call.MethodName;
import dev.grpcos.gateway.call.NamedUpstream;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.forward.Forwarder;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.DescriptorUnion;
import dev.grpcos.gateway.reflection.ReflectionService;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A map from full service names to routes.
 *
 * <p>Every method has a handler: the same interceptors apply to an unknown method before
 * UNIMPLEMENTED is returned, so the call is counted, and a caller without rights does not learn
 * which methods exist.
 *
 * <p>A caller may name the upstream of its call. Each upstream therefore has a table of its own,
 * which {@link #of} returns. Immutable, except for what it remembers; safe for use by any thread.
 */
public final class RouteTable extends HandlerRegistry {
  private static final RouteTable EMPTY = new RouteTable(List.of());
  static final int MOST_TARGETS = 2048;
  private static final int LONGEST_TARGET = 256;

  private final SortedMap<String, Route> routes = new TreeMap<>();
  private final List<Unlisted> unlisted;
  private final List<ShadowedService> shadowed;
  private final SortedMap<String, RouteTable> upstreams;
  private @Nullable DescriptorUnion union;

  /**
   * The targets of methods that were called. They are bounded in number and length, because callers
   * without rights may invent names.
   */
  private final Map<String, MethodTarget> targets = new ConcurrentHashMap<>();

  /**
   * Where the calls of a method go.
   *
   * @param route the route of calls that name no upstream, as far as rights depend on it
   * @param method the handler
   */
  record MethodTarget(TakenRoute route, ServerMethodDefinition<?, ?> method) {}

  /**
   * Services that are configured but that no upstream lists, at least not yet.
   *
   * @param pattern the pattern of their full names
   * @param upstream the name of the upstream that gets their calls
   */
  public record Unlisted(NamePattern pattern, String upstream, Forwarder forwarder) {}

  /** Creates a table of these routes alone. */
  public RouteTable(List<Route> routes) {
    this(routes, List.of(), List.of(), new TreeMap<>());
  }

  /**
   * Creates a table of these routes.
   *
   * @param unlisted the fallbacks for services without a route; the first that matches is used
   * @param shadowed the services that upstreams list without a route
   * @param upstreams the tables of the upstreams, by their names
   * @throws IllegalArgumentException if two routes have the same name
   */
  public RouteTable(
      List<Route> routes,
      List<Unlisted> unlisted,
      List<ShadowedService> shadowed,
      SortedMap<String, RouteTable> upstreams) {
    for (Route route : routes) {
      if (this.routes.put(route.name(), route) != null) {
        throw new IllegalArgumentException(
            "service " + route.name() + " is claimed twice: leave one out");
      }
    }
    this.unlisted = List.copyOf(unlisted);
    this.shadowed = List.copyOf(shadowed);
    this.upstreams = Collections.unmodifiableSortedMap(new TreeMap<>(upstreams));
  }

  /**
   * Returns the table for calls that name an upstream, which is empty if there is no such upstream.
   *
   * @param upstream the name; null for calls that name none
   */
  public RouteTable of(@Nullable String upstream) {
    return upstream == null ? this : upstreams.getOrDefault(upstream, EMPTY);
  }

  /** Returns whether there is an upstream with this name. */
  public boolean hasUpstream(String name) {
    return upstreams.containsKey(name);
  }

  /** Returns the services that upstreams list without a route. */
  public List<ShadowedService> shadowed() {
    return shadowed;
  }

  /** Returns the full names of the services, sorted. */
  public List<String> services() {
    return routes().stream().map(Route::name).toList();
  }

  /** Returns the routes, sorted by the names of their services. */
  public List<Route> routes() {
    return routes.values().stream().filter(Route::listed).toList();
  }

  /** Returns the route of the service with this full name, or null. */
  public @Nullable Route route(String service) {
    return routes.get(service);
  }

  /**
   * Returns the origin of this method's service, see {@link Route#origin}; null if no route
   * matches.
   */
  public @Nullable String origin(String method) {
    String service = MethodDescriptor.extractFullServiceName(method);
    Route route = service == null ? null : routes.get(service);
    if (route != null) {
      return route.origin();
    }
    Unlisted fallback = fallback(service);
    return fallback == null ? null : Route.UpstreamRoute.origin(fallback.upstream());
  }

  /** Returns where a call of this method goes; see {@link #of} for the names of upstreams. */
  public TakenRoute takenRoute(@Nullable String upstream, String method) {
    String service = MethodDescriptor.extractFullServiceName(method);
    if (upstream == null) {
      return takenRoute(service);
    }
    boolean reflection = service != null && ReflectionService.NAMES.contains(service);
    boolean expected =
        reflection ? serves(upstream) : upstream.equals(takenRoute(service).upstream());
    return new TakenRoute(upstream, !expected);
  }

  /** Returns where calls of a service go if they name no upstream. */
  private TakenRoute takenRoute(@Nullable String service) {
    Route route = service == null ? null : routes.get(service);
    if (route != null) {
      return route.takenRoute();
    }
    Unlisted fallback = fallback(service);
    return fallback == null ? TakenRoute.OWN : TakenRoute.to(fallback.upstream());
  }

  /**
   * Returns whether calls that name no upstream go to this one. If so, its reflection shows no more
   * than the gateway's.
   */
  private boolean serves(String upstream) {
    return routes.values().stream()
            .anyMatch(route -> upstream.equals(route.takenRoute().upstream()))
        || unlisted.stream().anyMatch(each -> each.upstream().equals(upstream));
  }

  private @Nullable Unlisted fallback(@Nullable String service) {
    if (service != null) {
      for (Unlisted each : unlisted) {
        if (each.pattern().matches(service)) {
          return each;
        }
      }
    }
    return null;
  }

  /**
   * Returns the known methods with their routes: those of the services, and those of shadowed
   * services, for which a caller has to name the upstream.
   */
  public List<RoutedMethod> methods() {
    List<RoutedMethod> methods = new ArrayList<>();
    for (String name : descriptors().methods()) {
      methods.add(new RoutedMethod(name, takenRoute(null, name)));
    }
    for (ShadowedService each : shadowed) {
      for (String name : of(each.upstream()).descriptors().methods()) {
        if (each.service().equals(MethodDescriptor.extractFullServiceName(name))) {
          methods.add(new RoutedMethod(name, takenRoute(each.upstream(), name)));
        }
      }
    }
    return methods;
  }

  /**
   * Returns whether this method exists: an upstream's method has a descriptor, and one of the
   * gateway itself has a handler, so that its descriptors need not be read.
   */
  public boolean knows(String method) {
    String service = MethodDescriptor.extractFullServiceName(method);
    Route route = service == null ? null : routes.get(service);
    return route instanceof Route.UpstreamRoute
        ? declaration(method).isPresent()
        : route != null && route.method(method) != null;
  }

  /** Returns whether this method is known and takes a single request. */
  public boolean takesOneRequest(String method) {
    return declaration(method).filter(one -> !one.getClientStreaming()).isPresent();
  }

  private Optional<MethodDescriptorProto> declaration(String method) {
    String service = MethodDescriptor.extractFullServiceName(method);
    Route route = service == null ? null : routes.get(service);
    if (service == null || route == null) {
      return Optional.empty();
    }
    FileDescriptorProto file = route.descriptors().get().fileOf(service);
    if (file == null) {
      return Optional.empty();
    }
    String name = method.substring(service.length() + 1);
    String scope = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
    return file.getServiceList().stream()
        .filter(each -> service.equals(scope + each.getName()))
        .flatMap(each -> each.getMethodList().stream())
        .filter(one -> one.getName().equals(name))
        .findFirst();
  }

  /** Returns the descriptors of all routes, which are combined on first use. */
  public synchronized DescriptorUnion descriptors() {
    if (union == null) {
      SortedMap<String, DescriptorIndex> owners = new TreeMap<>();
      routes().forEach(route -> owners.put(route.name(), route.descriptors().get()));
      union = DescriptorUnion.of(owners);
    }
    return union;
  }

  /** Returns where a call of this method goes. */
  MethodTarget target(String method) {
    MethodTarget known = targets.get(method);
    if (known != null) {
      return known;
    }
    MethodTarget found = new MethodTarget(takenRoute(null, method), lookupMethod(method, null));
    if (method.length() <= LONGEST_TARGET) {
      if (targets.size() >= MOST_TARGETS) {
        targets.clear();
      }
      targets.put(method, found);
    }
    return found;
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
    if (!MethodName.isValid(method)) {
      String printable = MethodName.printable(method);
      return unknown(printable, "method name " + printable + " is malformed");
    }
    String service = MethodDescriptor.extractFullServiceName(method);
    Route route = service == null ? null : routes.get(service);
    if (route != null) {
      ServerMethodDefinition<?, ?> known = route.method(method);
      return known != null ? known : unknown(method, "unknown method " + method);
    }
    Unlisted fallback = fallback(service);
    if (fallback != null) {
      return fallback.forwarder().method(method);
    }
    return unknown(
        method, "unknown service " + (service == null ? method : service) + " (" + method + ")");
  }

  /** Returns a method that fails because the caller names an upstream that does not exist. */
  static ServerMethodDefinition<?, ?> unknownUpstream(String upstream, String method) {
    return failing(
        MethodName.isValid(method) ? method : MethodName.printable(method),
        Status.NOT_FOUND.withDescription(NamedUpstream.unknown(upstream)));
  }

  private static ServerMethodDefinition<InputStream, InputStream> unknown(
      String method, String description) {
    return failing(method, Status.UNIMPLEMENTED.withDescription(description));
  }

  private static ServerMethodDefinition<InputStream, InputStream> failing(
      String method, Status status) {
    MethodDescriptor<InputStream, InputStream> descriptor =
        MethodDescriptor.<InputStream, InputStream>newBuilder()
            .setType(MethodType.UNKNOWN)
            .setFullMethodName(method)
            .setRequestMarshaller(Unread.MARSHALLER)
            .setResponseMarshaller(Unread.MARSHALLER)
            .build();
    return ServerMethodDefinition.create(descriptor, (call, headers) -> Refusal.of(call, status));
  }

  /** A marshaller for the messages of an unknown method; never used. */
  private enum Unread implements MethodDescriptor.Marshaller<InputStream> {
    MARSHALLER;

    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return new ByteArrayInputStream(new byte[0]);
    }
  }
}
