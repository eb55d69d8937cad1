package dev.grpcos.gateway.tap;

import dev.grpcos.gateway.peer.InProcessEnd;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Passes the steps of calls to the taps. It precedes all interceptors that refuse calls, so that
 * refused calls are reported too. Does nothing if no tap wants the calls of a method.
 */
public final class TapInterceptor implements ServerInterceptor {
  private final Taps taps;
  private final Function<String, @Nullable String> origins;

  /**
   * Creates an interceptor.
   *
   * @param origins returns the origin of a method, or null if no route serves it
   */
  public TapInterceptor(Taps taps, Function<String, @Nullable String> origins) {
    this.taps = taps;
    this.origins = origins;
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    List<TapGroup> takers = taps.takers(call, origins);
    if (takers.isEmpty()) {
      return next.startCall(call, headers);
    }
    String origin = origins.apply(call.getMethodDescriptor().getFullMethodName());
    TappedCall tapped =
        new TappedCall(taps.queue(), takers, taps.nextCall(), call, origin, headers);
    tapped.begin();
    ServerCall.Listener<ReqT> listener;
    try {
      listener = next.startCall(new Reporting<>(call, tapped), headers);
    } catch (RuntimeException e) {
      // gRPC ends the call with this status, without a callback.
      tapped.end(Status.UNKNOWN, new Metadata());
      throw e;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onMessage(ReqT message) {
        tapped.request(message);
        super.onMessage(message);
      }

      @Override
      public void onHalfClose() {
        tapped.halfClose();
        super.onHalfClose();
      }

      @Override
      public void onCancel() {
        super.onCancel(); // may still set a status
        tapped.end(InProcessEnd.ofCancelled(call).toStatus(), new Metadata());
      }
    };
  }

  /** The call that the handler sees. A step is reported before the caller can see it. */
  private static final class Reporting<ReqT, RespT>
      extends SimpleForwardingServerCall<ReqT, RespT> {
    private final TappedCall tapped;

    Reporting(ServerCall<ReqT, RespT> call, TappedCall tapped) {
      super(call);
      this.tapped = tapped;
    }

    @Override
    public void setCompression(String encoding) {
      tapped.encodesResponses(encoding);
      super.setCompression(encoding);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      tapped.answer(headers);
      super.sendHeaders(headers);
    }

    @Override
    public void sendMessage(RespT message) {
      tapped.response(message);
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      tapped.end(status, trailers);
      super.close(status, trailers);
    }
  }
}
