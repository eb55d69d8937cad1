package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.EncodedMessage;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;

/** A method with its converters, which one connection uses again for its next request. */
final class KnownMethod {
  private final ServedMethod served;
  private final JsonCodec json;
  private final MethodDescriptor<byte[], byte[]> encoded;

  KnownMethod(ServedMethod served) {
    this.served = served;
    this.json = new JsonCodec(served.descriptor(), served.types());
    this.encoded = encoded(served.fullName(), type(served));
  }

  ServedMethod served() {
    return served;
  }

  JsonCodec json() {
    return json;
  }

  /** Returns the method for calls with encoded messages. */
  MethodDescriptor<byte[], byte[]> encoded() {
    return encoded;
  }

  /** Returns a method whose messages stay encoded. */
  static MethodDescriptor<byte[], byte[]> encoded(String fullName, MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setFullMethodName(fullName)
        .setType(type)
        .setRequestMarshaller(EncodedMessage.MARSHALLER)
        .setResponseMarshaller(EncodedMessage.MARSHALLER)
        .build();
  }

  private static MethodType type(ServedMethod method) {
    boolean client = method.descriptor().isClientStreaming();
    boolean server = method.descriptor().isServerStreaming();
    if (client) {
      return server ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
    }
    return server ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }
}
