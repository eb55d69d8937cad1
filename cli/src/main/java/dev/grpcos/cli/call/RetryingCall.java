package dev.grpcos.cli.call;

import dev.grpcos.cli.connection.Retries;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that is repeated if it fails before any response.
 *
 * <p>The retries of grpc-java do not fit. Their policy belongs to a channel's service config, but
 * commands that share a channel have different policies. Response headers commit them, so an
 * idempotent call that fails after its headers is not retried. They also continue until the
 * deadline, whose status then hides the failure.
 *
 * <p>A single request is kept so that it can be sent again. A stream of requests is not kept, so
 * such a call is repeated only if no request was sent. Headers are delivered with the first
 * response or the status, because an attempt that received only headers may have to be dropped.
 *
 * <p>Methods may be called by any thread. State is confined to a synchronization context. Each
 * attempt is also called in that context, so no lock is held during the call. Events are delivered
 * one after the other, on the executor of the call's options or in that context.
 */
final class RetryingCall<Q, R> extends ClientCall<Q, R> {
  private final Supplier<ClientCall<Q, R>> calls;
  private final boolean oneRequest;
  private final CallOptions options;
  private final Retries retries;
  private final Context context = Context.current();
  private final SynchronizationContext sync = new SynchronizationContext(this::fail);

  /** The current attempt, once it has started; null during a pause. */
  private volatile @Nullable ClientCall<Q, R> current;

  private @Nullable Listener<R> listener;
  private @Nullable Metadata headers;
  private @Nullable Q request;
  private boolean requestsSent;
  private boolean halfClosed;
  private int requested;
  private int failures;
  private boolean cancelled;

  RetryingCall(
      Supplier<ClientCall<Q, R>> calls,
      MethodDescriptor<Q, R> method,
      CallOptions options,
      Retries retries) {
    this.calls = calls;
    this.oneRequest = method.getType().clientSendsOneMessage();
    this.options = options;
    this.retries = retries;
  }

  @Override
  public void start(Listener<R> responses, Metadata metadata) {
    sync.execute(
        () -> {
          listener = responses;
          headers = metadata;
          startAttempt(responses, metadata);
        });
  }

  @Override
  public void request(int count) {
    sync.execute(
        () -> {
          requested += count;
          ClientCall<Q, R> call = current;
          if (call != null) {
            call.request(count);
          }
        });
  }

  @Override
  public void sendMessage(Q message) {
    sync.execute(
        () -> {
          requestsSent = true;
          if (oneRequest) {
            request = message;
          }
          ClientCall<Q, R> call = current;
          if (call != null && !cancelled) {
            call.sendMessage(message);
          }
        });
  }

  @Override
  public void halfClose() {
    sync.execute(
        () -> {
          halfClosed = true;
          ClientCall<Q, R> call = current;
          if (call != null && !cancelled) {
            call.halfClose();
          }
        });
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    sync.execute(
        () -> {
          cancelled = true;
          ClientCall<Q, R> call = current;
          if (call != null) {
            call.cancel(message, cause);
          }
        });
  }

  @Override
  public boolean isReady() {
    ClientCall<Q, R> call = current;
    return call != null && call.isReady();
  }

  /** Ends the call if an attempt throws an exception instead of failing with a status. */
  private void fail(Thread thread, Throwable cause) {
    ClientCall<Q, R> call = current;
    Listener<R> responses = listener;
    if (call != null) {
      call.cancel("the call failed in this process", cause);
    } else if (responses != null) {
      responses.onClose(
          Status.INTERNAL.withDescription("the call did not start").withCause(cause),
          new Metadata());
    }
  }

  private ClientCall<Q, R> startAttempt(Listener<R> responses, Metadata metadata) {
    ClientCall<Q, R> call = calls.get();
    call.start(new Attempt(responses), copy(metadata));
    current = call;
    if (call.isReady()) {
      // The attempt may have become ready before isReady() could report it.
      responses.onReady();
    }
    return call;
  }

  /** Handles an attempt that failed without a response: repeats the call or delivers the status. */
  private void afterFailure(Attempt attempt, Status status, Metadata trailers) {
    Duration pause = cancelled || context.isCancelled() ? null : nextPause(status);
    if (pause == null) {
      attempt.deliver(status, trailers);
      return;
    }
    failures++;
    current = null;
    Executor executor = options.getExecutor() == null ? Runnable::run : options.getExecutor();
    CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, executor)
        .execute(() -> sync.execute(context.wrap(this::startAgain)));
  }

  /** Returns the pause before the next attempt, or null if there is none. */
  private @Nullable Duration nextPause(Status status) {
    if (failures >= retries.times()
        || !retries.isRetryable(status.getCode())
        || (!oneRequest && requestsSent)) {
      return null;
    }
    Duration pause = Retries.pause(failures + 1);
    Deadline deadline = options.getDeadline();
    boolean tooLate =
        deadline != null && deadline.timeRemaining(TimeUnit.NANOSECONDS) < pause.toNanos();
    return tooLate ? null : pause; // this failure explains more than an expired deadline
  }

  private void startAgain() {
    Listener<R> responses = listener;
    Metadata metadata = headers;
    if (responses == null || metadata == null) {
      throw new IllegalStateException("a further attempt before the first");
    }
    ClientCall<Q, R> call = startAttempt(responses, metadata);
    if (cancelled) {
      call.cancel("cancelled between two attempts", null);
      return;
    }
    call.request(requested);
    if (request != null) {
      call.sendMessage(request);
    }
    if (halfClosed) {
      call.halfClose();
    }
  }

  /** Returns a copy, because a call changes the headers that it receives. */
  private static Metadata copy(Metadata metadata) {
    Metadata copy = new Metadata();
    copy.merge(metadata);
    return copy;
  }

  /** A listener for one attempt. */
  private final class Attempt extends Listener<R> {
    private final Listener<R> responses;
    private @Nullable Metadata heldHeaders;
    private boolean answered;

    Attempt(Listener<R> responses) {
      this.responses = responses;
    }

    @Override
    public void onHeaders(Metadata headers) {
      heldHeaders = headers;
    }

    @Override
    public void onMessage(R message) {
      answered = true;
      deliverHeaders();
      responses.onMessage(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (answered || (heldHeaders != null && !retries.idempotent())) {
        deliver(status, trailers);
      } else {
        sync.execute(() -> afterFailure(this, status, trailers));
      }
    }

    @Override
    public void onReady() {
      responses.onReady();
    }

    void deliver(Status status, Metadata trailers) {
      deliverHeaders();
      responses.onClose(status, trailers);
    }

    private void deliverHeaders() {
      Metadata held = heldHeaders;
      if (held != null) {
        heldHeaders = null;
        responses.onHeaders(held);
      }
    }
  }
}
