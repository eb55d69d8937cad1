package dev.grpcos.cli.daemon;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.ReloadRequest;
import dev.grpcos.proto.admin.v1.ReloadResponse;
import dev.grpcos.proto.admin.v1.StopRequest;
import dev.grpcos.proto.admin.v1.StopResponse;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Calls the gateway's admin service. */
public final class AdminClient {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  /** Longer, because a reload may query directory services and read descriptors. */
  private static final Duration RELOAD = Duration.ofMinutes(1);

  private final Channel channel;

  public AdminClient(Channel channel) {
    this.channel = channel;
  }

  /** Returns the status of the gateway, without metrics. */
  public GetStatusResponse status() {
    return status(GetStatusRequest.getDefaultInstance());
  }

  /** Returns the status of the gateway with metrics. */
  public GetStatusResponse metrics() {
    return status(GetStatusRequest.newBuilder().setMetrics(true).build());
  }

  private GetStatusResponse status(GetStatusRequest request) {
    try {
      return stub().getStatus(request);
    } catch (StatusRuntimeException e) {
      throw new CallFailedException(
          e.getStatus(), e.getTrailers(), AdminGrpc.getGetStatusMethod().getFullMethodName());
    }
  }

  /** Makes the gateway read its configuration again. */
  public ReloadResponse reload() {
    try {
      return AdminGrpc.newBlockingStub(channel)
          .withDeadlineAfter(RELOAD.toMillis(), TimeUnit.MILLISECONDS)
          .reload(ReloadRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      throw new CallFailedException(
          e.getStatus(), e.getTrailers(), AdminGrpc.getReloadMethod().getFullMethodName());
    }
  }

  /** Starts the drain. */
  public StopResponse stop() {
    try {
      return stub().stop(StopRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      throw new CallFailedException(
          e.getStatus(), e.getTrailers(), AdminGrpc.getStopMethod().getFullMethodName());
    }
  }

  private AdminGrpc.AdminBlockingStub stub() {
    return AdminGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
