package dev.grpcos.gateway.reflection;

import io.grpc.MethodDescriptor;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;

/**
 * The versions of server reflection. Their messages are the same, so one set of classes is enough.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/server-reflection.md">server
 *     reflection</a>
 */
enum ReflectionVersion {
  V1(ServerReflectionGrpc.SERVICE_NAME),
  V1_ALPHA(io.grpc.reflection.v1alpha.ServerReflectionGrpc.SERVICE_NAME);

  @SuppressWarnings("ImmutableEnumChecker") // a MethodDescriptor is immutable
  private final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method;

  ReflectionVersion(String service) {
    MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> v1 =
        ServerReflectionGrpc.getServerReflectionInfoMethod();
    method =
        v1.toBuilder()
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(service, v1.getBareMethodName()))
            .build();
  }

  MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method() {
    return method;
  }
}
