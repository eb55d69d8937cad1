package dev.grpcos.gateway.call;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Message limits for in-process calls, whose transport has none. A request over the gateway's
 * limit, or a response over the caller's limit, ends the call as on the socket.
 *
 * @param bytes the maximum number of bytes of a message; a caller may set another limit for its
 *     responses with {@link CallOptions#withMaxInboundMessageSize}
 */
public record MessageLimits(int bytes) implements ClientInterceptor {
  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    return new LimitedCall<>(next.newCall(method, options), method, bytes, responses(options));
  }

  private int responses(CallOptions options) {
    Integer own = options.getMaxInboundMessageSize();
    return own == null ? bytes : own;
  }

  private static final class LimitedCall<ReqT, RespT>
      extends SimpleForwardingClientCall<ReqT, RespT> {
    private final MethodDescriptor<ReqT, RespT> method;
    private final int requests;
    private final int responses;
    private volatile Status refusal = Status.OK;

    LimitedCall(
        ClientCall<ReqT, RespT> call,
        MethodDescriptor<ReqT, RespT> method,
        int requests,
        int responses) {
      super(call);
      this.method = method;
      this.requests = requests;
      this.responses = responses;
    }

    @Override
    public void start(Listener<RespT> listener, Metadata headers) {
      super.start(
          new SimpleForwardingClientCallListener<>(listener) {
            @Override
            public void onMessage(RespT message) {
              if (fits(method.streamResponse(message), responses, "")) {
                super.onMessage(message);
              }
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              super.onClose(refusal.isOk() ? status : refusal, trailers);
            }
          },
          headers);
    }

    @Override
    public void sendMessage(ReqT message) {
      if (fits(method.streamRequest(message), requests, " " + Refusal.GATEWAYS_LIMIT)) {
        super.sendMessage(message);
      }
    }

    @Override
    public void halfClose() {
      if (refusal.isOk()) {
        super.halfClose();
      }
    }

    /** Returns whether a message is within the limit. The first message above it ends the call. */
    private boolean fits(InputStream message, int most, String whose) {
      if (!refusal.isOk()) {
        return false;
      }
      int size = size(message);
      if (size <= most) {
        return true;
      }
      // The text of grpc-java's own transports.
      refusal =
          Status.RESOURCE_EXHAUSTED.withDescription(
              "gRPC message exceeds maximum size " + most + ": " + size + whose);
      cancel(refusal.getDescription(), null);
      return false;
    }

    /**
     * Returns the size of a message in memory. Every marshaller of complete messages provides it.
     */
    private static int size(InputStream message) {
      try (message) {
        return message.available();
      } catch (IOException e) {
        throw new UncheckedIOException("the size of a message in memory", e);
      }
    }
  }
}
