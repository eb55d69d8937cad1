package dev.grpcos.gateway.local;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.proto.admin.v1.ServeRequest;
import dev.grpcos.proto.admin.v1.ServeResponse;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code Admin.Serve}, during which a service is served.
 *
 * <p>State and responses are confined to a synchronization context, because requests, the service
 * and the end of the gateway come from different threads.
 */
final class ServeCall implements StreamObserver<ServeRequest> {
  private final GatewayStatus gateway;
  private final ServerCallStreamObserver<ServeResponse> responses;
  private final Consumer<ServeCall> ended;

  private final SynchronizationContext sync =
      new SynchronizationContext(
          (thread, cause) -> {
            throw new IllegalStateException("a call of Admin.Serve", cause);
          });
  private boolean requested;
  private boolean halfClosed;
  private boolean finished;
  private @Nullable Serving serving;

  ServeCall(
      GatewayStatus gateway,
      ServerCallStreamObserver<ServeResponse> responses,
      Consumer<ServeCall> ended) {
    this.gateway = gateway;
    this.responses = responses;
    this.ended = ended;
    responses.setOnCancelHandler(() -> sync.execute(() -> end(null)));
  }

  @Override
  public void onNext(ServeRequest request) {
    sync.execute(() -> take(request));
  }

  @Override
  public void onCompleted() {
    sync.execute(
        () -> {
          halfClosed = true;
          if (requested) {
            drain();
          } else {
            end(
                Status.INVALID_ARGUMENT.withDescription(
                    "the request is missing; send the service"));
          }
        });
  }

  @Override
  public void onError(Throwable cause) {
    sync.execute(() -> end(null));
  }

  /** Ends the call because the gateway stops; the gateway itself ends the calls in flight. */
  void gatewayEnds() {
    sync.execute(() -> end(Refusal.STOPPING));
  }

  private void take(ServeRequest request) {
    if (requested) {
      end(Status.INVALID_ARGUMENT.withDescription("there are two requests; send one"));
      return;
    }
    requested = true;
    ServedService service;
    try {
      service = ServeRequests.read(request);
    } catch (IllegalArgumentException e) {
      end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      return;
    }
    var unused =
        gateway
            .serve(service)
            .whenComplete((begun, failure) -> sync.execute(() -> begin(begun, failure)));
  }

  private void begin(@Nullable Serving begun, @Nullable Throwable failure) {
    if (begun == null) {
      String reason = failure == null ? null : failure.getMessage();
      end(Status.FAILED_PRECONDITION.withDescription(reason).withCause(failure));
    } else if (finished) {
      var unused = begun.end(Duration.ZERO);
    } else {
      serving = begun;
      responses.onNext(ServeResponse.getDefaultInstance());
      drain();
    }
  }

  /** Waits for the end of calls in flight, if the caller has half-closed. */
  private void drain() {
    if (halfClosed && !finished && serving != null) {
      var unused = serving.end(gateway.drain()).thenRun(() -> sync.execute(() -> end(Status.OK)));
    }
  }

  /**
   * Ends the call and the service.
   *
   * @param status the status for the caller; null if the caller is gone
   */
  private void end(@Nullable Status status) {
    if (finished) {
      return;
    }
    finished = true;
    if (status != null && status.isOk()) {
      responses.onCompleted();
    } else if (status != null) {
      responses.onError(status.asRuntimeException());
    }
    ended.accept(this);
    if (serving != null && status == null) {
      var unused = serving.end(Duration.ZERO);
    }
  }
}
