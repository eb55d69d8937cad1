package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.Decompression;
import dev.grpcos.gateway.call.EncodedRequest;
import dev.grpcos.gateway.call.InProcessCalls;
import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.MessageBytes;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.limit.MessageMemory;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One call with JSON, as its handler sees it: with messages in protobuf, and not compressed.
 *
 * <p>If a message cannot be converted, the caller gets a status, and the handler a cancellation
 * when the call has ended.
 */
final class GrpcJsonCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private static final Metadata.Key<String> ENCODING = key("grpc-encoding");
  private static final Metadata.Key<String> ACCEPT_ENCODING = key("grpc-accept-encoding");

  private final ServerCall<EncodedRequest, byte[]> caller;
  private final MethodDescriptor<Q, R> method;
  private final JsonCodec codec;
  private volatile boolean failed;

  /** Creates a call of a method. The types of a call's messages are only in its method. */
  @SuppressWarnings("unchecked")
  private GrpcJsonCall(
      ServerCall<EncodedRequest, byte[]> caller, MethodDescriptor<Q, R> method, JsonCodec codec) {
    super((ServerCall<Q, R>) (ServerCall<?, ?>) caller);
    this.caller = caller;
    this.method = method;
    this.codec = codec;
  }

  /** Starts a call of this method, and returns the listener for the caller's messages. */
  static <Q, R> ServerCall.Listener<EncodedRequest> start(
      ServerCall<EncodedRequest, byte[]> caller,
      ServerMethodDefinition<Q, R> method,
      JsonCodec codec,
      Metadata headers) {
    String encoding = headers.get(ENCODING);
    headers.discardAll(ENCODING);
    headers.discardAll(ACCEPT_ENCODING);
    GrpcJsonCall<Q, R> call = new GrpcJsonCall<>(caller, method.getMethodDescriptor(), codec);
    return call
    .new JsonRequests(
        method.getServerCallHandler().startCall(call, headers),
        encoding == null ? "identity" : encoding);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public MethodDescriptor<Q, R> getMethodDescriptor() {
    return method;
  }

  /** Does nothing, because responses are not compressed. */
  @Override
  public void setCompression(String encoding) {}

  @Override
  public void sendHeaders(Metadata headers) {
    if (!failed) {
      caller.sendHeaders(headers);
    }
  }

  @Override
  public void sendMessage(R response) {
    if (failed) {
      return;
    }
    byte[] json;
    try (InputStream message = method.streamResponse(response)) {
      if (!(message instanceof KnownLength)) {
        throw Status.INTERNAL
            .withDescription("a response is compressed, which the request did not permit")
            .asException();
      }
      json = codec.response(MessageBytes.read(message));
    } catch (StatusException e) {
      fail(e.getStatus());
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("a message in memory", e);
    }
    caller.sendMessage(json);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (!failed) {
      caller.close(status, trailers);
    }
  }

  private void fail(Status status) {
    failed = true;
    Refusal.close(caller, status);
  }

  /** The requests of the caller. One thread at a time uses it, like any listener. */
  private final class JsonRequests extends ServerCall.Listener<EncodedRequest> {
    private final ServerCall.Listener<Q> handler;
    private final String encoding;
    private final int limit = IncomingCall.currentMessageLimit();
    private final @Nullable IncomingCall incoming = IncomingCall.current();

    JsonRequests(ServerCall.Listener<Q> handler, String encoding) {
      this.handler = handler;
      this.encoding = encoding;
    }

    @Override
    public void onMessage(EncodedRequest request) {
      if (failed) {
        return;
      }
      byte[] message;
      try {
        byte[] json =
            request.compressed()
                ? Decompression.decompress(encoding, request.bytes(), limit, this::charge)
                : request.bytes();
        boolean large = json.length > ReceivedMessage.LARGE;
        if (large) {
          chargeForm((long) ReceivedMessage.CONVERSION * json.length);
        }
        // An empty message is an empty request, as in protobuf.
        message = json.length == 0 ? json : codec.request(json, 1);
        if (large) {
          releaseForms();
          chargeForm(message.length);
        }
      } catch (StatusException e) {
        fail(e.getStatus());
        return;
      } catch (OutOfMemoryError e) {
        fail(MessageMemory.EXHAUSTED); // the forms of the message are no longer reachable
        return;
      }
      handler.onMessage(method.parseRequest(new EncodedRequest.Content(message)));
    }

    /** Charges another form of a large request. */
    private void chargeForm(long bytes) throws StatusException {
      try {
        charge(bytes);
      } catch (StatusRuntimeException e) {
        throw e.getStatus().withCause(e).asException();
      }
    }

    /** Charges a part of a request from a connection, until the next request. */
    private void charge(long bytes) {
      if (incoming != null && !InProcessCalls.isInProcess(caller)) {
        incoming.requests().add(bytes);
      }
    }

    /** Releases the forms of a request from a connection. */
    private void releaseForms() {
      if (incoming != null && !InProcessCalls.isInProcess(caller)) {
        incoming.requests().release();
        incoming.requests().begin();
      }
    }

    @Override
    public void onHalfClose() {
      if (!failed) {
        handler.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      handler.onCancel();
    }

    @Override
    public void onComplete() {
      if (failed) {
        handler.onCancel();
      } else {
        handler.onComplete();
      }
    }

    @Override
    public void onReady() {
      if (!failed) {
        handler.onReady();
      }
    }
  }
}
