package dev.grpcos.gateway.local;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.exec.ServedService;
import dev.grpcos.gateway.exec.Serving;
import dev.grpcos.proto.admin.v1.ServeRequest;
import dev.grpcos.proto.admin.v1.ServeResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code Admin.Serve}: a service is served for as long as it goes on, however it ends.
 */
final class ServeCall implements StreamObserver<ServeRequest> {
  private final GatewayStatus gateway;
  private final ServerCallStreamObserver<ServeResponse> responses;
  private final Consumer<ServeCall> ended;

  // Guarded by this, and so is the call, which two threads must not use at once.
  private boolean asked;
  private boolean halfClosed;
  private boolean over;
  private @Nullable Serving serving;

  ServeCall(
      GatewayStatus gateway,
      ServerCallStreamObserver<ServeResponse> responses,
      Consumer<ServeCall> ended) {
    this.gateway = gateway;
    this.responses = responses;
    this.ended = ended;
    responses.setOnCancelHandler(() -> end(null));
  }

  @Override
  public synchronized void onNext(ServeRequest request) {
    if (asked) {
      end(Status.INVALID_ARGUMENT.withDescription("a second request came: send one"));
      return;
    }
    asked = true;
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
            .whenComplete(
                (begun, failure) -> {
                  if (begun != null) {
                    begin(begun);
                  } else {
                    end(Status.FAILED_PRECONDITION.withDescription(failure.getMessage()));
                  }
                });
  }

  private void begin(Serving begun) {
    boolean late;
    synchronized (this) {
      serving = begun;
      late = over;
      if (!late) {
        responses.onNext(ServeResponse.getDefaultInstance());
      }
    }
    if (late) {
      var unused = begun.end(Duration.ZERO);
    } else {
      drain();
    }
  }

  @Override
  public void onCompleted() {
    synchronized (this) {
      halfClosed = true;
      if (!asked) {
        end(Status.INVALID_ARGUMENT.withDescription("no request came: say what is to be served"));
        return;
      }
    }
    drain();
  }

  @Override
  public void onError(Throwable cause) {
    end(null);
  }

  /** Lets calls in flight end, if the caller has half-closed. */
  private void drain() {
    Serving ending;
    synchronized (this) {
      ending = halfClosed && !over ? serving : null;
    }
    if (ending != null) {
      var unused = ending.end(gateway.drain()).thenRun(() -> end(Status.OK));
    }
  }

  /** The gateway takes no further calls: those in flight are its own to end. */
  void gatewayEnds() {
    end(Refusal.STOPPING);
  }

  /**
   * Ends the call and what it serves.
   *
   * @param status for the caller; null where he is gone
   */
  private void end(@Nullable Status status) {
    Serving ending;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      ending = serving;
      if (status != null && status.isOk()) {
        responses.onCompleted();
      } else if (status != null) {
        responses.onError(status.asRuntimeException());
      }
    }
    ended.accept(this);
    if (ending != null && status == null) {
      var unused = ending.end(Duration.ZERO);
    }
  }
}
