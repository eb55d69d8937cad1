package dev.grpcos.gateway.http;

import dev.grpcos.gateway.channel.FailureCause;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;

/** A call with its client's timeout. If the timeout passes, the status of the call says so. */
final class TimedCall extends SimpleForwardingClientCall<byte[], byte[]> {
  /** The header with the timeout in milliseconds. */
  static final String TIMEOUT = "connect-timeout-ms";

  private final Duration timeout;

  TimedCall(ClientCall<byte[], byte[]> call, Duration timeout) {
    super(call);
    this.timeout = timeout;
  }

  @Override
  public void start(Listener<byte[]> listener, Metadata headers) {
    super.start(
        new SimpleForwardingClientCallListener<>(listener) {
          private long responses;

          @Override
          public void onMessage(byte[] message) {
            responses++;
            super.onMessage(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            super.onClose(
                FailureCause.DEADLINE_PASSED.matches(status)
                    ? status.withDescription(message(responses))
                    : status,
                trailers);
          }
        },
        headers);
  }

  private String message(long responses) {
    String time = DurationText.of(timeout);
    return responses == 0
        ? "no answer within %s; allow more time with Connect-Timeout-Ms".formatted(time)
        : "the deadline of %s passed after %d %s; allow more time with Connect-Timeout-Ms"
            .formatted(time, responses, responses == 1 ? "response" : "responses");
  }
}
