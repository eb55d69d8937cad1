package dev.grpcos.gateway.reflection;

import dev.grpcos.gateway.call.ReplyPerRequest;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ServerCalls;
import java.util.List;
import java.util.function.Function;

/**
 * The server reflection service for several descriptor sources.
 *
 * <p>v1 and v1alpha differ only in their packages, so one service has both names.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/server-reflection.md">server
 *     reflection</a>
 */
public final class ReflectionService {
  /** The names of the service. */
  public static final List<String> NAMES =
      List.of(
          ServerReflectionGrpc.SERVICE_NAME,
          io.grpc.reflection.v1alpha.ServerReflectionGrpc.SERVICE_NAME);

  private final Function<ServerCall<?, ?>, ShownDescriptors> shown;

  /**
   * Creates a service.
   *
   * @param shown returns what a stream shows; must not block
   */
  public ReflectionService(Function<ServerCall<?, ?>, ShownDescriptors> shown) {
    this.shown = shown;
  }

  /** Returns the service under one of its names. */
  public ServerServiceDefinition named(String name) {
    MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method =
        ServerReflectionGrpc.getServerReflectionInfoMethod();
    return ServerServiceDefinition.builder(name)
        .addMethod(
            method.toBuilder()
                .setFullMethodName(
                    MethodDescriptor.generateFullMethodName(name, method.getBareMethodName()))
                .build(),
            this::start)
        .build();
  }

  private ServerCall.Listener<ServerReflectionRequest> start(
      ServerCall<ServerReflectionRequest, ServerReflectionResponse> call, Metadata headers) {
    ReflectionStream stream = new ReflectionStream(shown.apply(call));
    return ServerCalls.<ServerReflectionRequest, ServerReflectionResponse>asyncBidiStreamingCall(
            responses -> ReplyPerRequest.serve(responses, stream::prepare, stream::answer))
        .startCall(call, headers);
  }
}
