package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.CallConnection;
import dev.grpcos.gateway.call.EncodedMessage;
import dev.grpcos.gateway.call.EncodedRequest;
import dev.grpcos.gateway.call.IncomingCall;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The methods of the current routes. The messages of a call with the content type {@code
 * application/grpc+json} are converted, so that each method can be called with it. Safe for use by
 * any thread.
 */
public final class GrpcJsonMethods extends HandlerRegistry {
  private final HandlerRegistry methods;
  private final SharedCatalog catalog;
  private final SharedConverters converters;

  /**
   * Creates a registry.
   *
   * @param methods the methods of the routes, whose messages are protobuf
   * @param converters convert large messages
   */
  public GrpcJsonMethods(
      HandlerRegistry methods, SharedCatalog catalog, SharedConverters converters) {
    this.methods = methods;
    this.catalog = catalog;
    this.converters = converters;
  }

  @Override
  public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
      String name, @Nullable String authority) {
    ServerMethodDefinition<?, ?> found = methods.lookupMethod(name, authority);
    return found == null || !IncomingCall.currentSpeaksJson() ? found : converted(found);
  }

  private <Q, R> ServerMethodDefinition<EncodedRequest, byte[]> converted(
      ServerMethodDefinition<Q, R> method) {
    MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(EncodedRequest.MARSHALLER, EncodedMessage.MARSHALLER).build(),
        (call, headers) -> start(method, call, headers));
  }

  private <Q, R> ServerCall.Listener<EncodedRequest> start(
      ServerMethodDefinition<Q, R> method,
      ServerCall<EncodedRequest, byte[]> call,
      Metadata headers) {
    String name = method.getMethodDescriptor().getFullMethodName();
    MethodCatalog known = catalog.of(IncomingCall.currentUpstream());
    ConnectionConversions conversions =
        ConnectionConversions.of(CallConnection.of(call), converters);
    IncomingCall incoming =
        Objects.requireNonNull(IncomingCall.current(), "calls with JSON are traced");
    Function<ServedMethod, ServerCall.Listener<EncodedRequest>> next =
        served ->
            GrpcJsonCall.start(
                call,
                method,
                new JsonCodec(served.descriptor(), served.types()),
                conversions,
                incoming,
                headers);
    ServedMethod linked = known.isLinked(name) ? known.method(name) : null;
    return linked != null
        ? next.apply(linked)
        : LinkingCall.begin(call, () -> served(known, name), next, conversions);
  }

  /** Returns a method after its service has been linked. */
  private static ServedMethod served(MethodCatalog known, String name) throws StatusException {
    ServedMethod served = known.method(name);
    if (served == null) {
      throw Status.UNIMPLEMENTED.withDescription(known.absence(name, each -> false)).asException();
    }
    return served;
  }
}
