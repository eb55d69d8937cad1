package dev.grpcos.gateway.local;

import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.proto.admin.v1.ServeRequest;
import dev.grpcos.proto.admin.v1.ServeResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call of {@code Admin.Serve}, during which a service is served. */
final class ServeCall extends LastingCall<ServeRequest, ServeResponse> {
  private final GatewayStatus gateway;
  private boolean halfClosed;
  private @Nullable Serving serving;

  ServeCall(
      GatewayStatus gateway,
      ServerCallStreamObserver<ServeResponse> responses,
      Consumer<LastingCall<?, ?>> ended) {
    super("Admin.Serve", "service", responses, ended);
    this.gateway = gateway;
  }

  @Override
  void begin(ServeRequest request) {
    var unused =
        gateway
            .serve(ServeRequests.read(request))
            .whenComplete((begun, failure) -> run(() -> begun(begun, failure)));
  }

  private void begun(@Nullable Serving begun, @Nullable Throwable failure) {
    if (begun == null) {
      refuse(failure);
    } else if (isFinished()) {
      var unused = begun.end(Duration.ZERO);
    } else {
      serving = begun;
      respond(ServeResponse.getDefaultInstance());
      drain();
    }
  }

  @Override
  void halfClosed() {
    halfClosed = true;
    drain();
  }

  /** Waits for the end of calls in flight, if the caller has half-closed. */
  private void drain() {
    if (halfClosed && !isFinished() && serving != null) {
      var unused = serving.end(gateway.drain()).thenRun(() -> run(() -> end(Status.OK)));
    }
  }

  /**
   * Ends the service if the caller is gone, or has sent a second request; in other cases it has
   * ended, or the gateway ends.
   */
  @Override
  void release(@Nullable Status status) {
    boolean fault = status == null || status.getCode() == Status.Code.INVALID_ARGUMENT;
    if (serving != null && fault) {
      var unused = serving.end(Duration.ZERO);
    }
  }
}
