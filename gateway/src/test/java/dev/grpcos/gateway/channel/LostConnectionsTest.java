package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

/** Tests the status of calls. A test on a real connection would depend on timing. */
class LostConnectionsTest {
  @Test
  void closedConnectionIsUnavailable() {
    ClosedChannelException cause = new ClosedChannelException();
    Status status =
        LostConnections.corrected(
            Status.UNKNOWN.withDescription("channel closed").withCause(cause));

    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("the connection is closed");
    assertThat(status.getCause()).isSameAs(cause);
  }

  @Test
  void serverThatEndsEveryConnectionIsUnavailable() {
    Status status =
        LostConnections.corrected(
            Status.INTERNAL.withDescription(
                "Too many transparent retries. Might be a bug in gRPC"));

    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("ends each connection");
  }

  @Test
  void statusOfTheServerIsUnchanged() {
    Status sent = Status.UNKNOWN.withDescription("channel closed");

    assertThat(LostConnections.corrected(sent)).isSameAs(sent);
  }
}
