package dev.grpcos.gateway.local;

import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.function.BooleanSupplier;

/**
 * The statuses of one service for one caller. While the caller's socket does not show the service,
 * it is unknown.
 */
final class ShownStatuses extends ServerCallStreamObserver<HealthCheckResponse> {
  /** The status of a service that does not exist. */
  static final HealthCheckResponse UNKNOWN =
      HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVICE_UNKNOWN).build();

  private final ServerCallStreamObserver<HealthCheckResponse> caller;
  private final BooleanSupplier shown;
  private boolean hidden;

  /**
   * @param shown returns whether the socket shows the service at present
   */
  ShownStatuses(ServerCallStreamObserver<HealthCheckResponse> caller, BooleanSupplier shown) {
    this.caller = caller;
    this.shown = shown;
  }

  /** Sends a status; the health service sends one at a time. */
  @Override
  public void onNext(HealthCheckResponse status) {
    boolean wasHidden = hidden;
    hidden = !shown.getAsBoolean();
    if (!hidden) {
      caller.onNext(status);
    } else if (!wasHidden) {
      caller.onNext(UNKNOWN);
    }
  }

  @Override
  public void onError(Throwable cause) {
    caller.onError(cause);
  }

  @Override
  public void onCompleted() {
    caller.onCompleted();
  }

  @Override
  public boolean isCancelled() {
    return caller.isCancelled();
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {
    caller.setOnCancelHandler(handler);
  }

  @Override
  public void setCompression(String compression) {
    caller.setCompression(compression);
  }

  @Override
  public boolean isReady() {
    return caller.isReady();
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {
    caller.setOnReadyHandler(handler);
  }

  @Override
  public void request(int count) {
    caller.request(count);
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    caller.setMessageCompression(enabled);
  }

  @Override
  public void disableAutoInboundFlowControl() {
    caller.disableAutoRequest();
  }
}
