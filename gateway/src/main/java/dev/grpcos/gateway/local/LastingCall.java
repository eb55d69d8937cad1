package dev.grpcos.gateway.local;

import dev.grpcos.gateway.call.Refusal;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call of the admin service with one request, which creates a resource that exists as long as the
 * call lasts, such as a shared socket.
 *
 * <p>State and responses are confined to a synchronization context, because requests, events of the
 * resource and the end of the gateway come from different threads. The abstract methods run in it.
 */
abstract class LastingCall<Q, S> implements StreamObserver<Q> {
  private final String content;
  private final ServerCallStreamObserver<S> responses;
  private final Consumer<LastingCall<?, ?>> ended;
  private final SynchronizationContext sync;
  private boolean requested;
  private boolean finished;

  /**
   * Creates the call.
   *
   * @param method the method, for the cause of an internal error
   * @param content what the request has to contain, for messages
   * @param ended called once, when the call has ended
   */
  LastingCall(
      String method,
      String content,
      ServerCallStreamObserver<S> responses,
      Consumer<LastingCall<?, ?>> ended) {
    this.content = content;
    this.responses = responses;
    this.ended = ended;
    this.sync =
        new SynchronizationContext(
            (thread, cause) -> {
              throw new IllegalStateException("a call of " + method, cause);
            });
    responses.setOnCancelHandler(() -> run(() -> end(null)));
  }

  /**
   * Creates the resource that the request describes.
   *
   * @throws IllegalArgumentException if the request is invalid
   */
  abstract void begin(Q request);

  /** Continues after the end of the requests. */
  abstract void halfClosed();

  /**
   * Ends the resource, before the response.
   *
   * @param status the status for the caller; null if the caller is gone
   */
  abstract void release(@Nullable Status status);

  @Override
  public final void onNext(Q request) {
    run(() -> take(request));
  }

  private void take(Q request) {
    if (finished) {
      return;
    }
    if (requested) {
      end(Status.INVALID_ARGUMENT.withDescription("there are two requests; send one"));
      return;
    }
    requested = true;
    try {
      begin(request);
    } catch (IllegalArgumentException e) {
      end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).withCause(e));
    }
  }

  @Override
  public final void onCompleted() {
    run(
        () -> {
          if (requested) {
            halfClosed();
          } else {
            end(
                Status.INVALID_ARGUMENT.withDescription(
                    "the request is missing; send the " + content));
          }
        });
  }

  @Override
  public final void onError(Throwable cause) {
    run(() -> end(null));
  }

  /** Ends the call because the gateway stops; the gateway itself ends the calls in flight. */
  final void gatewayEnds() {
    run(() -> end(Refusal.STOPPING));
  }

  /** Runs a task in the synchronization context. */
  final void run(Runnable task) {
    sync.execute(task);
  }

  final boolean isFinished() {
    return finished;
  }

  final void respond(S response) {
    responses.onNext(response);
  }

  /** Ends the call because the resource cannot be created. */
  final void refuse(@Nullable Throwable failure) {
    String reason = failure == null ? null : failure.getMessage();
    end(Status.FAILED_PRECONDITION.withDescription(reason).withCause(failure));
  }

  /**
   * Ends the call, unless it has ended.
   *
   * @param status the status for the caller; null if the caller is gone
   */
  final void end(@Nullable Status status) {
    if (finished) {
      return;
    }
    finished = true;
    release(status);
    if (status != null && status.isOk()) {
      responses.onCompleted();
    } else if (status != null) {
      responses.onError(status.asRuntimeException());
    }
    ended.accept(this);
  }
}
