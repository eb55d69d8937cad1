package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.EncodedRequest;
import dev.grpcos.gateway.call.IncomingCall;
import dev.grpcos.gateway.call.MessageBytes;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One call with JSON, as its handler sees it: with messages in protobuf, and not compressed.
 *
 * <p>Large messages are converted on other threads, in each direction one after the other. The
 * caller is asked for one request at a time, so that none arrives while another is converted. If a
 * message cannot be converted, the caller gets a status, and the handler a cancellation when the
 * call has ended.
 */
final class GrpcJsonCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private static final Metadata.Key<String> ENCODING = key("grpc-encoding");
  private static final Metadata.Key<String> ACCEPT_ENCODING = key("grpc-accept-encoding");

  private final ServerCall<EncodedRequest, byte[]> caller;
  private final MethodDescriptor<Q, R> method;
  private final GrpcJsonResponses responses;

  /** The requests that the handler has asked for and not received; one of them is under way. */
  private final AtomicLong wanted = new AtomicLong();

  /** Creates a call of a method. The types of a call's messages are only in its method. */
  @SuppressWarnings("unchecked")
  private GrpcJsonCall(
      ServerCall<EncodedRequest, byte[]> caller,
      MethodDescriptor<Q, R> method,
      GrpcJsonResponses responses) {
    super((ServerCall<Q, R>) (ServerCall<?, ?>) caller);
    this.caller = caller;
    this.method = method;
    this.responses = responses;
  }

  /**
   * Starts a call of this method, and returns the listener for the caller's messages.
   *
   * @param conversions the conversions of the call's connection
   * @param incoming has the accounts of the call's messages
   */
  static <Q, R> ServerCall.Listener<EncodedRequest> start(
      ServerCall<EncodedRequest, byte[]> caller,
      ServerMethodDefinition<Q, R> method,
      JsonCodec codec,
      ConnectionConversions conversions,
      IncomingCall incoming,
      Metadata headers) {
    String encoding = headers.get(ENCODING);
    headers.discardAll(ENCODING);
    headers.discardAll(ACCEPT_ENCODING);
    GrpcJsonResponses responses =
        new GrpcJsonResponses(caller, codec, conversions, incoming.responses().another());
    GrpcJsonCall<Q, R> call = new GrpcJsonCall<>(caller, method.getMethodDescriptor(), responses);
    return new GrpcJsonRequests<>(
        method.getServerCallHandler().startCall(call, headers),
        call,
        responses,
        new GrpcJsonReader(
            encoding == null ? "identity" : encoding, IncomingCall.currentMessageLimit(), codec),
        conversions,
        incoming.requests());
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
  public void request(int count) {
    if (wanted.getAndAdd(count) == 0) {
      caller.request(1);
    }
  }

  /** Returns a request as the handler receives it. */
  Q request(byte[] message) {
    return method.parseRequest(new EncodedRequest.Content(message));
  }

  /** Notes that the handler has received a request. */
  void received() {
    if (wanted.decrementAndGet() > 0) {
      caller.request(1);
    }
  }

  @Override
  public boolean isReady() {
    return responses.isReady();
  }

  @Override
  public void sendHeaders(Metadata headers) {
    responses.sendHeaders(headers);
  }

  @Override
  public void sendMessage(R response) {
    try (InputStream message = method.streamResponse(response)) {
      if (message instanceof KnownLength) {
        responses.sendMessage(MessageBytes.read(message));
      } else {
        responses.refuse(
            Status.INTERNAL.withDescription(
                "a response is compressed, which the request did not permit"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a message in memory", e);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    responses.close(status, trailers);
  }
}
