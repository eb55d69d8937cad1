package dev.grpcos.cli.call;

import dev.grpcos.gateway.channel.FailureCause;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * A call that limits the size of a response, and whose error names the option that raises the
 * limit.
 *
 * <p>A server may end a call with the same status text because of its own limit, which the option
 * does not change. Only the limit of this side applies after the server's headers and before its
 * trailers.
 */
final class BoundedCall<Q, R> extends SimpleForwardingClientCall<Q, R> {
  /** Records which headers and trailers of a stream have arrived. */
  private static final class Ends extends ClientStreamTracer {
    private volatile boolean headers;
    private volatile boolean trailers;

    @Override
    public void inboundHeaders() {
      headers = true;
    }

    @Override
    public void inboundTrailers(Metadata metadata) {
      trailers = true;
    }
  }

  /** Keeps the last stream that grpc-java creates for a call. */
  private static final class Streams extends ClientStreamTracer.Factory {
    private volatile Ends last = new Ends();

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      last = new Ends();
      return last;
    }
  }

  private final Streams streams;

  private BoundedCall(ClientCall<Q, R> call, Streams streams) {
    super(call);
    this.streams = streams;
  }

  static <Q, R> ClientCall<Q, R> on(
      Channel channel, MethodDescriptor<Q, R> method, CallOptions options, int maxResponse) {
    Streams streams = new Streams();
    CallOptions bounded =
        options.withMaxInboundMessageSize(maxResponse).withStreamTracerFactory(streams);
    return new BoundedCall<>(channel.newCall(method, bounded), streams);
  }

  @Override
  public void start(Listener<R> listener, Metadata headers) {
    super.start(
        new SimpleForwardingClientCallListener<>(listener) {
          @Override
          public void onClose(Status status, Metadata trailers) {
            super.onClose(explain(status), trailers);
          }
        },
        headers);
  }

  private Status explain(Status status) {
    Ends ends = streams.last;
    return ends.headers && !ends.trailers && FailureCause.RESPONSE_TOO_LARGE.matches(status)
        ? status.withDescription(status.getDescription() + "; allow more with --max-message-size")
        : status;
  }
}
