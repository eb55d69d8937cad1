package dev.grpcos.gateway.route;

import dev.grpcos.gateway.reflection.DescriptorIndex;
import io.grpc.ServerServiceDefinition;
import java.util.function.Supplier;

/**
 * A service and what serves its calls.
 *
 * @param service the handlers of its methods
 * @param descriptors gives its descriptors, always the same; routes may share a supplier, which
 *     must not block
 */
public record Route(ServerServiceDefinition service, Supplier<DescriptorIndex> descriptors) {

  /** The service's full name. */
  public String name() {
    return service.getServiceDescriptor().getName();
  }
}
