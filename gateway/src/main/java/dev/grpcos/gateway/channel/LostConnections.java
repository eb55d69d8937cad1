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
 * Ends every call that has no connection, or has lost it, with UNAVAILABLE, so that callers know
 * that trying again can help.
 *
 * <p>grpc-java (1.85) reports UNKNOWN where the connection closes as the call's headers are about
 * to be written, and INTERNAL where the server does not speak HTTP/2, and, on channels that retry,
 * where it has ended a thousand connections without looking at the call.
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
    // A status that the server sent has no cause.
    if (status.getCode() == Status.Code.UNKNOWN
        && status.getCause() instanceof ClosedChannelException) {
      return Status.UNAVAILABLE.withCause(status.getCause());
    } else if (FailureCause.CONNECTIONS_ENDED.matches(status)) {
      return Status.UNAVAILABLE.withDescription(
          "the server ends each connection before it looks at the call");
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
