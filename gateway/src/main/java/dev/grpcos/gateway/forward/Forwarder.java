package dev.grpcos.gateway.forward;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Forwards calls of any method to one server. Works the same for all kinds of methods.
 *
 * <p>Called methods are kept, up to a limit, because callers may invent names. Safe for use by any
 * thread.
 */
public final class Forwarder {
  private static final int KEPT = 4096;

  private final Destination destination;
  private final Map<String, ServerMethodDefinition<?, ?>> methods = new ConcurrentHashMap<>();

  public Forwarder(Destination destination) {
    this.destination = destination;
  }

  /** Returns the method with this full name. The server decides whether the method exists. */
  public ServerMethodDefinition<?, ?> method(String name) {
    ServerMethodDefinition<?, ?> known = methods.get(name);
    if (known != null) {
      return known;
    }
    ServerMethodDefinition<?, ?> made = make(name);
    if (methods.size() < KEPT) {
      methods.put(name, made);
    }
    return made;
  }

  private ServerMethodDefinition<?, ?> make(String name) {
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
