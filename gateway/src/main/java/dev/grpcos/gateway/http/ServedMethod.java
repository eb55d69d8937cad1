package dev.grpcos.gateway.http;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.gateway.json.Types;

/**
 * A method whose descriptor is known.
 *
 * @param types the types of its source, for extensions and the contents of an Any
 */
record ServedMethod(MethodDescriptor descriptor, Types types) {
  /** Returns the full name, such as {@code pkg.Service/Method}. */
  String fullName() {
    return descriptor.getService().getFullName() + "/" + descriptor.getName();
  }

  boolean isUnary() {
    return !descriptor.isClientStreaming() && !descriptor.isServerStreaming();
  }
}
