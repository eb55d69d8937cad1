package dev.grpcos.gateway.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import java.util.EnumSet;
import java.util.Set;

/**
 * Ends every call that gets no connection, or loses it, with UNAVAILABLE. This status shows callers
 * that a retry can help.
 *
 * <p>grpc-java (1.85) reports UNKNOWN if the connection closes just before the call's headers are
 * written. It reports INTERNAL if the server does not speak HTTP/2, and, on channels that retry, if
 * the server has ended a thousand connections without processing the call.
 */
final class LostConnections implements ClientInterceptor {
  private static final Set<FailureCause> NO_HTTP_2 =
      EnumSet.of(FailureCause.EXPECTS_TLS, FailureCause.HTTP_1, FailureCause.NOT_HTTP_2);

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(new UnavailableListener<>(listener), headers);
      }
    };
  }

  private static final class UnavailableListener<R> extends SimpleForwardingClientCallListener<R> {
    UnavailableListener(ClientCall.Listener<R> listener) {
      super(listener);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      super.onClose(corrected(status), trailers);
    }
  }

  static Status corrected(Status status) {
    // A status from the server has no cause.
    if (status.getCode() == Status.Code.UNKNOWN
        && status.getCause() instanceof ClosedChannelException) {
      return Status.UNAVAILABLE
          .withDescription("the connection is closed")
          .withCause(status.getCause());
    } else if (FailureCause.CONNECTIONS_ENDED.matches(status)) {
      return Status.UNAVAILABLE.withDescription(
          "the server ends each connection before processing the call");
    } else if (status.getCode() == Status.Code.INTERNAL
        && status.getCause() != null
        && NO_HTTP_2.stream().anyMatch(cause -> cause.matches(status))) {
      return Status.UNAVAILABLE
          .withDescription(status.getDescription())
          .withCause(status.getCause());
    }
    return status;
  }
}
