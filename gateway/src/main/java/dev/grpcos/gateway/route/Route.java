package dev.grpcos.gateway.route;

import dev.grpcos.gateway.call.DecodedRequests;
import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.forward.Forwarder;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A service and the handler of its calls. */
public sealed interface Route {
  /** Returns the service's full name. */
  String name();

  /**
   * Returns the supplier of the descriptors, always the same; routes may share a supplier, which
   * must not block.
   */
  Supplier<DescriptorIndex> descriptors();

  /**
   * Returns the origin for the audit log: {@code local}, {@code exec}, {@code replay} or {@code
   * upstream:NAME}.
   */
  String origin();

  /** Returns the method with this full name, or null if the service has none. */
  @Nullable ServerMethodDefinition<?, ?> method(String fullName);

  /** Returns the route of the service's calls, as far as rights depend on it. */
  default TakenRoute takenRoute() {
    return TakenRoute.OWN;
  }

  /** Returns whether reflection and the lists of services show the service. */
  default boolean listed() {
    return true;
  }

  /** A service whose calls the gateway handles itself. */
  sealed interface HandledRoute extends Route {
    /** Returns the handlers of the service's methods. */
    ServerServiceDefinition service();

    @Override
    default String name() {
      return service().getServiceDescriptor().getName();
    }

    @Override
    default @Nullable ServerMethodDefinition<?, ?> method(String fullName) {
      return service().getMethod(fullName);
    }
  }

  /**
   * A service in the gateway's own process.
   *
   * @param service the handlers of its methods
   * @param yields whether another route with the same name replaces it
   */
  record LocalRoute(
      ServerServiceDefinition service, Supplier<DescriptorIndex> descriptors, boolean yields)
      implements HandledRoute {
    public LocalRoute {
      service = DecodedRequests.of(service);
    }

    public LocalRoute(ServerServiceDefinition service, Supplier<DescriptorIndex> descriptors) {
      this(service, descriptors, false);
    }

    @Override
    public String origin() {
      return "local";
    }
  }

  /** A service whose methods are programs. */
  record ExecRoute(ServerServiceDefinition service, Supplier<DescriptorIndex> descriptors)
      implements HandledRoute {
    public ExecRoute {
      service = DecodedRequests.of(service);
    }

    @Override
    public String origin() {
      return "exec";
    }
  }

  /** A service whose calls are answered from a recording. */
  record ReplayRoute(ServerServiceDefinition service, Supplier<DescriptorIndex> descriptors)
      implements HandledRoute {
    public ReplayRoute {
      service = DecodedRequests.of(service);
    }

    @Override
    public String origin() {
      return "replay";
    }
  }

  /**
   * A service of another server; only that server knows its methods.
   *
   * @param upstream the name of the server
   */
  record UpstreamRoute(
      String name, String upstream, Forwarder forwarder, Supplier<DescriptorIndex> descriptors)
      implements Route {
    @Override
    public TakenRoute takenRoute() {
      return TakenRoute.to(upstream);
    }

    @Override
    public String origin() {
      return origin(upstream);
    }

    /** Returns the origin of all services of this upstream. */
    public static String origin(String upstream) {
      return "upstream:" + upstream;
    }

    @Override
    public ServerMethodDefinition<?, ?> method(String fullName) {
      return forwarder.method(fullName);
    }
  }

  /** A service that calls reach, but that is not shown. */
  record HiddenRoute(Route route) implements Route {
    @Override
    public String name() {
      return route.name();
    }

    @Override
    public Supplier<DescriptorIndex> descriptors() {
      return route.descriptors();
    }

    @Override
    public String origin() {
      return route.origin();
    }

    @Override
    public @Nullable ServerMethodDefinition<?, ?> method(String fullName) {
      return route.method(fullName);
    }

    @Override
    public TakenRoute takenRoute() {
      return route.takenRoute();
    }

    @Override
    public boolean listed() {
      return false;
    }
  }
}
