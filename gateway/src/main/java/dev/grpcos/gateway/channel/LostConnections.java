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

/**
 * Has every call that a lost connection ended be UNAVAILABLE.
 *
 * <p>grpc-java (1.85) makes UNKNOWN of it where the call's headers were about to be written as the
 * connection closed, of which nobody could tell that trying again helps; and, on channels that
 * retry, INTERNAL where a server has ended a thousand connections without looking at the call.
 */
final class LostConnections implements ClientInterceptor {
  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(new Told<>(listener), headers);
      }
    };
  }

  private static final class Told<R> extends SimpleForwardingClientCallListener<R> {
    Told(ClientCall.Listener<R> listener) {
      super(listener);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      super.onClose(told(status), trailers);
    }
  }

  static Status told(Status status) {
    // A status that the server sent has no cause.
    if (status.getCode() == Status.Code.UNKNOWN
        && status.getCause() instanceof ClosedChannelException) {
      return Status.UNAVAILABLE.withCause(status.getCause());
    } else if (FailureCause.CONNECTIONS_ENDED.matches(status)) {
      return Status.UNAVAILABLE.withDescription(
          "the server ends each connection before it looks at the call");
    }
    return status;
  }
}
