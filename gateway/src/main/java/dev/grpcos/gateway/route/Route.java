package dev.grpcos.gateway.route;

import dev.grpcos.gateway.reflection.DescriptorIndex;
import io.grpc.ServerServiceDefinition;
import java.util.function.Supplier;

/**
 * A service and what serves its calls.
 *
 * @param service the handlers of its methods
 * @param origin what serves it, as the audit tells it: {@code local}, {@code exec} or {@code
 *     upstream:NAME}
 * @param descriptors gives its descriptors, always the same; routes may share a supplier, which
 *     must not block
 */
public record Route(
    ServerServiceDefinition service, String origin, Supplier<DescriptorIndex> descriptors) {

  /** A service of the gateway itself. */
  public static Route local(
      ServerServiceDefinition service, Supplier<DescriptorIndex> descriptors) {
    return new Route(service, "local", descriptors);
  }

  /** The service's full name. */
  public String name() {
    return service.getServiceDescriptor().getName();
  }
}
