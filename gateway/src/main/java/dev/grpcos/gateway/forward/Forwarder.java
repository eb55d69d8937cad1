package dev.grpcos.gateway.forward;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;

/**
 * Forwards calls of any method to one server. Works the same for all kinds of methods.
 *
 * <p>Immutable. Safe for use by any thread.
 */
public final class Forwarder {
  private final Destination destination;

  public Forwarder(Destination destination) {
    this.destination = destination;
  }

  /** Returns the method with this full name. The server decides whether the method exists. */
  public ServerMethodDefinition<?, ?> method(String name) {
    MethodDescriptor<Message, Message> streaming = descriptor(name, MethodType.UNKNOWN);
    MethodDescriptor<Message, Message> oneRequest = descriptor(name, MethodType.SERVER_STREAMING);
    ServerCallHandler<Message, Message> handler =
        (call, headers) ->
            new ForwardedCall(destination, streaming, oneRequest, call, headers).begin();
    return ServerMethodDefinition.create(streaming, handler);
  }

  private static MethodDescriptor<Message, Message> descriptor(String name, MethodType type) {
    return MethodDescriptor.newBuilder(Message.MARSHALLER, Message.MARSHALLER)
        .setType(type)
        .setFullMethodName(name)
        .build();
  }
}
