package dev.grpcos.gateway.route;

import dev.grpcos.gateway.call.DecodedRequests;
import dev.grpcos.gateway.forward.Forwarder;
import dev.grpcos.gateway.reflection.DescriptorIndex;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A service and what serves its calls. */
public sealed interface Route {
  /** The service's full name. */
  String name();

  /** Gives the descriptors, always the same; routes may share a supplier, which must not block. */
  Supplier<DescriptorIndex> descriptors();

  /**
   * What serves it, as the audit tells it: {@code local}, {@code exec} or {@code upstream:NAME}.
   */
  String origin();

  /** The method of this full name; null where the service has none. */
  @Nullable ServerMethodDefinition<?, ?> method(String fullName);

  /**
   * A service of the gateway's own process.
   *
   * @param service the handlers of its methods
   * @param yields whether another route of the same name takes its place
   */
  record Local(
      ServerServiceDefinition service, Supplier<DescriptorIndex> descriptors, boolean yields)
      implements Route {
    public Local {
      service = DecodedRequests.of(service);
    }

    public Local(ServerServiceDefinition service, Supplier<DescriptorIndex> descriptors) {
      this(service, descriptors, false);
    }

    @Override
    public String name() {
      return service.getServiceDescriptor().getName();
    }

    @Override
    public String origin() {
      return "local";
    }

    @Override
    public @Nullable ServerMethodDefinition<?, ?> method(String fullName) {
      return service.getMethod(fullName);
    }
  }

  /** A service whose methods are programs. */
  record Exec(ServerServiceDefinition service, Supplier<DescriptorIndex> descriptors)
      implements Route {
    public Exec {
      service = DecodedRequests.of(service);
    }

    @Override
    public String name() {
      return service.getServiceDescriptor().getName();
    }

    @Override
    public String origin() {
      return "exec";
    }

    @Override
    public @Nullable ServerMethodDefinition<?, ?> method(String fullName) {
      return service.getMethod(fullName);
    }
  }

  /**
   * A service of another server, which alone knows its methods.
   *
   * @param upstream the name of the server
   */
  record Upstream(
      String name, String upstream, Forwarder forwarder, Supplier<DescriptorIndex> descriptors)
      implements Route {
    @Override
    public String origin() {
      return origin(upstream);
    }

    /** The origin of whatever this upstream serves. */
    public static String origin(String upstream) {
      return "upstream:" + upstream;
    }

    @Override
    public ServerMethodDefinition<?, ?> method(String fullName) {
      return forwarder.method(fullName);
    }
  }
}
