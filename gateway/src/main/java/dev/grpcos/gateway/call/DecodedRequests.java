package dev.grpcos.gateway.call;

import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the requests of a service in this process, and ends the call with a status if a request
 * is invalid.
 *
 * <p>grpc-java would end such a call with UNKNOWN and log a stack trace, or reset the stream if a
 * method for one request gets two. Therefore the transport sees a method that takes any number of
 * encoded requests.
 */
public final class DecodedRequests {
  /** The charge for each byte of a request: one for the decoded request, one for its response. */
  private static final int CHARGE = 2;

  private DecodedRequests() {}

  /** Returns the service with methods whose requests are decoded here. */
  public static ServerServiceDefinition of(ServerServiceDefinition service) {
    ServerServiceDefinition.Builder decoded =
        ServerServiceDefinition.builder(service.getServiceDescriptor().getName());
    service.getMethods().forEach(method -> decoded.addMethod(decoded(method)));
    return decoded.build();
  }

  private static <Q, R> ServerMethodDefinition<EncodedRequest, R> decoded(
      ServerMethodDefinition<Q, R> method) {
    MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(EncodedRequest.MARSHALLER, descriptor.getResponseMarshaller())
            .setType(
                descriptor.getType().serverSendsOneMessage()
                    ? MethodType.CLIENT_STREAMING
                    : MethodType.BIDI_STREAMING)
            .build(),
        (call, headers) -> start(method, call, headers));
  }

  private static <Q, R> ServerCall.Listener<EncodedRequest> start(
      ServerMethodDefinition<Q, R> method, ServerCall<EncodedRequest, R> call, Metadata headers) {
    String encoding = headers.get(Refusal.ENCODING);
    if (encoding != null && !encoding.equals("identity") && !encoding.equals(Encodings.GZIP)) {
      return Refusal.of(
          call,
          Status.UNIMPLEMENTED.withDescription(
              "grpc-encoding %s is not supported by %s; use one of %s"
                  .formatted(
                      encoding,
                      method.getMethodDescriptor().getServiceName(),
                      Encodings.READABLE)));
    }
    DecodedCall<Q, R> decoded = new DecodedCall<>(call, method.getMethodDescriptor());
    return new Decoder<>(decoded, method.getServerCallHandler().startCall(decoded, headers));
  }

  /** The call that the service's handler sees. */
  private static final class DecodedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final MethodDescriptor<Q, R> method;
    private volatile boolean closed;

    /** Creates a call with this method. The request type of a call is only in its method. */
    @SuppressWarnings("unchecked")
    DecodedCall(ServerCall<EncodedRequest, R> call, MethodDescriptor<Q, R> method) {
      super((ServerCall<Q, R>) (ServerCall<?, R>) call);
      this.method = method;
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
      return method;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      closed = true;
      super.close(status, trailers);
    }
  }

  /** Feeds the handler's listener. One thread at a time uses it, like any listener. */
  private static final class Decoder<Q, R> extends ServerCall.Listener<EncodedRequest> {
    private final DecodedCall<Q, R> call;
    private final ServerCall.Listener<Q> listener;
    private final boolean oneRequest;
    private final boolean inProcess;
    private final int limit = IncomingCall.currentMessageLimit();
    private final @Nullable IncomingCall incoming = IncomingCall.current();

    /** The single request. It is delivered when it is certain that no other request follows. */
    private @Nullable Q single;

    private boolean refused;

    Decoder(DecodedCall<Q, R> call, ServerCall.Listener<Q> listener) {
      this.call = call;
      this.listener = listener;
      this.oneRequest = call.method.getType().clientSendsOneMessage();
      this.inProcess = InProcessCalls.isInProcess(call);
    }

    @Override
    public void onMessage(EncodedRequest encoded) {
      if (refused) {
        return;
      }
      Q request;
      try {
        request = decode(encoded);
        if (single != null) {
          throw Status.INTERNAL
              .withDescription(call.method.getFullMethodName() + " takes one request, got two")
              .asException();
        }
      } catch (StatusException e) {
        refuse(e.getStatus());
        return;
      }
      if (oneRequest) {
        single = request;
      } else {
        listener.onMessage(request);
      }
    }

    private Q decode(EncodedRequest encoded) throws StatusException {
      byte[] bytes = content(encoded);
      try {
        return call.method.parseRequest(new EncodedRequest.Content(bytes));
      } catch (StatusRuntimeException e) {
        throw Status.INTERNAL
            .withDescription("request is not a valid " + typeName() + reason(e))
            .withCause(e)
            .asException();
      }
    }

    private byte[] content(EncodedRequest encoded) throws StatusException {
      // The in-process transport compresses nothing.
      if (!encoded.compressed() || inProcess) {
        charge((long) encoded.bytes().length * CHARGE);
        return encoded.bytes();
      }
      IncomingCall charged = incoming;
      return charged == null
          ? Gzip.decompress(encoded.bytes(), limit)
          : Gzip.decompress(
              encoded.bytes(), limit, bytes -> charged.requests().add(bytes * (1 + CHARGE)));
    }

    /** Charges the decoded request and its response, which may be as large. */
    private void charge(long bytes) throws StatusException {
      if (incoming == null) {
        return;
      }
      if (inProcess) {
        incoming.requests().release();
        incoming.requests().begin();
      }
      try {
        incoming.requests().add(bytes);
      } catch (StatusRuntimeException e) {
        throw e.getStatus().withCause(e).asException();
      }
    }

    private String typeName() {
      return call.method.getRequestMarshaller() instanceof PrototypeMarshaller<?> marshaller
              && marshaller.getMessagePrototype() instanceof Message prototype
          ? prototype.getDescriptorForType().getFullName()
          : "message";
    }

    private static String reason(StatusRuntimeException failure) {
      Throwable cause = failure.getCause();
      return cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    }

    private void refuse(Status status) {
      refused = true;
      listener.onCancel();
      if (!call.closed) {
        Refusal.close(call, status);
      }
    }

    @Override
    public void onHalfClose() {
      if (refused) {
        return;
      }
      if (single != null) {
        listener.onMessage(single);
      }
      listener.onHalfClose();
    }

    @Override
    public void onCancel() {
      if (!refused) {
        listener.onCancel();
      }
    }

    @Override
    public void onComplete() {
      if (!refused) {
        listener.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (!refused) {
        listener.onReady();
      }
    }
  }
}
