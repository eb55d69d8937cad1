package dev.grpcos.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tests the messages about connections that are lost during a call. */
final class TargetFailureTest {
  private static final Target GATEWAY = Target.gateway(Path.of("/run/grpcos/gateway.sock"), 1000);

  private static String explained(Throwable cause) {
    Status status = Status.UNAVAILABLE.withDescription("io exception").withCause(cause);
    return String.valueOf(TargetFailure.explain(GATEWAY, status).getDescription());
  }

  @Test
  void connectionClosedWithoutAReasonIsReported() {
    assertThat(explained(new ClosedChannelException()))
        .isEqualTo(GATEWAY + ": closed the connection unexpectedly");
  }

  @Test
  void otherFailureIsReportedByItsMessageOrItsType() {
    assertThat(explained(new IOException("No route to host")))
        .isEqualTo(GATEWAY + ": No route to host");
    assertThat(explained(new IOException())).isEqualTo(GATEWAY + ": java.io.IOException");
    assertThat(GATEWAY.toString()).contains("/run/grpcos/gateway.sock");
  }
}
