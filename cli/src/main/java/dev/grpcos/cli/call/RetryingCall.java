package dev.grpcos.cli.call;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that is made again when it fails before any response.
 *
 * <p>Its one request is kept to be sent again; a stream of requests is not, so that such a call is
 * made again only while none was sent. Headers are told with the first response or the end, because
 * an attempt with headers alone may have to be forgotten. Events come on the executor of the call's
 * options, as those of any call; the methods may be called by one other thread.
 */
final class RetryingCall<Q, R> extends ClientCall<Q, R> {
  private final Supplier<ClientCall<Q, R>> calls;
  private final boolean oneRequest;
  private final CallOptions options;
  private final Retries retries;
  private final Context context = Context.current();

  private ClientCall<Q, R> current;
  private @Nullable Listener<R> listener;
  private @Nullable Metadata headers;
  private @Nullable Q request;
  private boolean requestsSent;
  private boolean halfClosed;
  private int asked;
  private int failures;

  /** Whether a further attempt is waiting for its time. */
  private boolean pausing;

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
    this.current = calls.get();
  }

  @Override
  public synchronized void start(Listener<R> responses, Metadata metadata) {
    listener = responses;
    headers = metadata;
    current.start(new Attempt(responses), copy(metadata));
  }

  @Override
  public synchronized void request(int count) {
    asked += count;
    if (!pausing) {
      current.request(count);
    }
  }

  @Override
  public synchronized void sendMessage(Q message) {
    requestsSent = true;
    if (oneRequest) {
      request = message;
    }
    if (!pausing) {
      current.sendMessage(message);
    }
  }

  @Override
  public synchronized void halfClose() {
    halfClosed = true;
    if (!pausing) {
      current.halfClose();
    }
  }

  @Override
  public synchronized void cancel(@Nullable String message, @Nullable Throwable cause) {
    cancelled = true;
    if (!pausing) {
      current.cancel(message, cause);
    }
  }

  @Override
  public synchronized boolean isReady() {
    return !pausing && current.isReady();
  }

  /** Whether the attempt that ended like this is to be forgotten; the next is then on its way. */
  private synchronized boolean tryAgain(Status status) {
    if (failures >= retries.times()
        || cancelled
        || context.isCancelled()
        || !retries.helpAgainst(status.getCode())
        || (!oneRequest && requestsSent)) {
      return false;
    }
    failures++;
    Duration pause = Retries.pause(failures);
    Deadline deadline = options.getDeadline();
    if (deadline != null && deadline.timeRemaining(TimeUnit.NANOSECONDS) < pause.toNanos()) {
      return false; // this failure says more than that the time is over
    }
    pausing = true;
    Executor executor = options.getExecutor() == null ? Runnable::run : options.getExecutor();
    CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, executor)
        .execute(context.wrap(this::attempt));
    return true;
  }

  private synchronized void attempt() {
    pausing = false;
    Listener<R> responses = listener;
    Metadata metadata = headers;
    if (responses == null || metadata == null) {
      throw new IllegalStateException("tried again before it was tried");
    }
    current = calls.get();
    current.start(new Attempt(responses), copy(metadata));
    if (cancelled) {
      current.cancel("cancelled between two attempts", null);
      return;
    }
    current.request(asked);
    if (request != null) {
      current.sendMessage(request);
    }
    if (halfClosed) {
      current.halfClose();
    }
  }

  /** A call changes the headers that it is given. */
  private static Metadata copy(Metadata metadata) {
    Metadata copy = new Metadata();
    copy.merge(metadata);
    return copy;
  }

  /** Listens to one attempt; used by the executor's thread alone. */
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
      tellHeaders();
      responses.onMessage(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!answered && (heldHeaders == null || retries.idempotent()) && tryAgain(status)) {
        return;
      }
      tellHeaders();
      responses.onClose(status, trailers);
    }

    @Override
    public void onReady() {
      responses.onReady();
    }

    private void tellHeaders() {
      Metadata held = heldHeaders;
      if (held != null) {
        heldHeaders = null;
        responses.onHeaders(held);
      }
    }
  }
}
