package dev.grpcos.gateway.route;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.call.MethodName;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.forward.Forwarder;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import dev.grpcos.gateway.reflection.DescriptorUnion;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A map from full service names to routes.
 *
 * <p>Every method has a handler: the same interceptors apply to an unknown method before
 * UNIMPLEMENTED is returned, so the call is counted, and a caller without rights does not learn
 * which methods exist. Immutable.
 */
public final class RouteTable extends HandlerRegistry {
  private final SortedMap<String, Route> routes = new TreeMap<>();
  private final List<Unlisted> unlisted;
  private final List<ShadowedService> shadowed;
  private @Nullable DescriptorUnion union;

  /**
   * Services that are configured but that no upstream lists, at least not yet.
   *
   * @param pattern the pattern of their full names
   * @param origin the origin, as in {@link Route#origin}
   */
  public record Unlisted(NamePattern pattern, String origin, Forwarder forwarder) {}

  /** Creates a table of these routes alone. */
  public RouteTable(List<Route> routes) {
    this(routes, List.of(), List.of());
  }

  /**
   * Creates a table of these routes.
   *
   * @param unlisted the fallbacks for services without a route; the first that matches is used
   * @param shadowed the services that upstreams list without a route
   * @throws IllegalArgumentException if two routes have the same name
   */
  public RouteTable(List<Route> routes, List<Unlisted> unlisted, List<ShadowedService> shadowed) {
    for (Route route : routes) {
      if (this.routes.put(route.name(), route) != null) {
        throw new IllegalArgumentException(
            "service " + route.name() + " is claimed twice: leave one out");
      }
    }
    this.unlisted = List.copyOf(unlisted);
    this.shadowed = List.copyOf(shadowed);
  }

  /** Returns the services that upstreams list without a route. */
  public List<ShadowedService> shadowed() {
    return shadowed;
  }

  /** Returns the full names of the services, sorted. */
  public List<String> services() {
    return List.copyOf(routes.keySet());
  }

  /** Returns the routes, sorted by the names of their services. */
  public List<Route> routes() {
    return List.copyOf(routes.values());
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
    if (service == null) {
      return null;
    }
    Route route = routes.get(service);
    if (route != null) {
      return route.origin();
    }
    for (Unlisted each : unlisted) {
      if (each.pattern().matches(service)) {
        return each.origin();
      }
    }
    return null;
  }

  /** Returns whether this method is known and takes a single request. */
  public boolean takesOneRequest(String method) {
    String service = MethodDescriptor.extractFullServiceName(method);
    Route route = service == null ? null : routes.get(service);
    if (service == null || route == null) {
      return false;
    }
    FileDescriptorProto file = route.descriptors().get().fileOf(service);
    if (file == null) {
      return false;
    }
    String name = method.substring(service.length() + 1);
    String scope = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
    return file.getServiceList().stream()
        .filter(each -> service.equals(scope + each.getName()))
        .flatMap(each -> each.getMethodList().stream())
        .anyMatch(one -> one.getName().equals(name) && !one.getClientStreaming());
  }

  /** Returns the descriptors of all routes, which are combined on first use. */
  public synchronized DescriptorUnion descriptors() {
    if (union == null) {
      SortedMap<String, DescriptorIndex> owners = new TreeMap<>();
      routes.forEach((name, route) -> owners.put(name, route.descriptors().get()));
      union = DescriptorUnion.of(owners);
    }
    return union;
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
    if (service != null) {
      for (Unlisted each : unlisted) {
        if (each.pattern().matches(service)) {
          return each.forwarder().method(method);
        }
      }
    }
    return unknown(
        method, "unknown service " + (service == null ? method : service) + " (" + method + ")");
  }

  private static ServerMethodDefinition<InputStream, InputStream> unknown(
      String method, String description) {
    MethodDescriptor<InputStream, InputStream> descriptor =
        MethodDescriptor.<InputStream, InputStream>newBuilder()
            .setType(MethodType.UNKNOWN)
            .setFullMethodName(method)
            .setRequestMarshaller(Unread.MARSHALLER)
            .setResponseMarshaller(Unread.MARSHALLER)
            .build();
    Status status = Status.UNIMPLEMENTED.withDescription(description);
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
