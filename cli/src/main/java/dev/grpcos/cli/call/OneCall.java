package dev.grpcos.cli.call;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call under way, from its start to its status.
 *
 * <p>Its events go to the observer while it is this call's turn, and wait before; only one response
 * is requested until then, so that at most one waits. The transport calls the listener, which never
 * blocks: it queues responses as bytes, and requests further ones at once while few bytes are
 * queued. Turn and observer belong to the thread that runs the {@link CallbackQueue}. Requests are
 * sent by one thread of the caller's choice, in a synchronization context that orders them with a
 * cancellation from another thread.
 */
final class OneCall extends ClientCall.Listener<byte[]> {
  /**
   * How many bytes of a stream's responses may wait before no more are requested: enough that both
   * sides work in batches, few enough that a slow reader soon stops the server.
   */
  private static final int MAX_WAITING = 256 * 1024;

  /** Delivered bytes are counted in batches of this size, so that threads seldom share the lock. */
  private static final int COUNTED_AT_ONCE = MAX_WAITING / 8;

  /** What a response takes in addition to its own bytes, about. */
  private static final int OVERHEAD = 128;

  /** How deep a response may nest: more than two levels for each of the 100 of a request's JSON. */
  private static final int MAX_DEPTH = 300;

  private final ClientCall<DynamicMessage, byte[]> call;
  private final Parser<DynamicMessage> parser;
  private final boolean oneResponse;
  private final long limit;
  private final CallbackQueue callbacks;
  private final long sequence;
  private final CallObservers observers;
  private final Consumer<OneCall> whenClosed;
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  /** Orders requests and a cancellation, after which the call refuses requests. */
  private final SynchronizationContext sending = new SynchronizationContext(this::sendingFailed);

  private final Semaphore readiness = new Semaphore(0);
  private final Object demand = new Object();

  /** How many bytes were received and not yet delivered; guarded by demand, as is the turn. */
  private long waitingBytes;

  /** Whether the next response is still to be requested; written under demand. */
  private volatile boolean owed;

  private boolean turn;

  /** Present from this call's turn on. */
  private @Nullable CallObserver observer;

  /** How many bytes were delivered and still count as waiting. */
  private int uncounted;

  private long responses;
  private @Nullable Status decided;
  private @Nullable DynamicMessage onlyResponse;
  private long onlyResponseAfter;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private @Nullable Status status;

  /** The status as it arrived, perhaps before this call's turn. */
  private @Nullable Status received;

  /** Used in the context of sending alone. */
  private boolean cancelled;

  private volatile boolean closed;

  private long startedAt;
  private @Nullable Duration firstResponse;

  // Counted by the thread that sends.
  private final AtomicLong encoding = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong requestBytes = new AtomicLong();

  /**
   * A call that is not yet started.
   *
   * @param parser of the responses
   * @param oneResponse whether the method answers with exactly one response
   * @param limit ends the call after this many responses; 0 for no limit
   * @param sequence the number of its request
   * @param whenClosed receives the call as soon as its status has arrived, on the thread of
   *     callbacks and perhaps before its turn
   */
  OneCall(
      ClientCall<DynamicMessage, byte[]> call,
      Parser<DynamicMessage> parser,
      boolean oneResponse,
      long limit,
      CallbackQueue callbacks,
      long sequence,
      CallObservers observers,
      Consumer<OneCall> whenClosed) {
    this.call = call;
    this.parser = parser;
    this.oneResponse = oneResponse;
    this.limit = limit;
    this.callbacks = callbacks;
    this.sequence = sequence;
    this.observers = observers;
    this.whenClosed = whenClosed;
  }

  void start(Metadata headers) {
    startedAt = System.nanoTime();
    call.start(this, headers);
    call.request(1);
  }

  /** Sends a request, whether or not the transport is ready for it. */
  void send(DynamicMessage request) {
    sending.execute(
        () -> {
          if (cancelled) {
            return;
          }
          long before = System.nanoTime();
          call.sendMessage(request);
          encoding.addAndGet(System.nanoTime() - before);
          requests.incrementAndGet();
          requestBytes.addAndGet(request.getSerializedSize());
        });
  }

  void halfClose() {
    sending.execute(
        () -> {
          if (!cancelled) {
            call.halfClose();
          }
        });
  }

  private void cancel(@Nullable Throwable cause) {
    sending.execute(
        () -> {
          cancelled = true;
          call.cancel("ended by the client", cause);
        });
  }

  /** Ends the call because a request could not be sent, as when its encoding fails. */
  private void sendingFailed(Thread thread, Throwable cause) {
    abort(
        cause instanceof RuntimeException known
            ? known
            : new IllegalStateException("a request was not sent", cause));
  }

  /** Ends the call for a reason of our own, which {@link #status} then throws. */
  void abort(RuntimeException reason) {
    failure.compareAndSet(null, reason);
    cancel(reason);
  }

  /**
   * Waits until the transport is ready for another request.
   *
   * @return false once the call is closed
   */
  boolean awaitReady() throws InterruptedException {
    while (!closed && !call.isReady()) {
      readiness.acquire();
      readiness.drainPermits();
    }
    return !closed;
  }

  /** Delivers events to the observer from now on, and at once those that wait. */
  void takeTurn() {
    synchronized (demand) {
      turn = true;
    }
    deliver(() -> observer = observers.started(sequence));
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  /** Notes that no further event is queued for now. */
  void idle() {
    deliver(observers::idle);
  }

  boolean hasTurn() {
    return turn;
  }

  /** Returns the number of its request. */
  long sequence() {
    return sequence;
  }

  /**
   * Returns the status that arrived, or null before. What it means for the caller is {@link
   * #status}.
   */
  @Nullable Status received() {
    return received;
  }

  /** Returns whether the observer has received the status. */
  boolean ended() {
    return status != null;
  }

  /**
   * Returns how the call ended, once it has.
   *
   * @throws RuntimeException the reason for which this side ended it, if there was one
   */
  Status status() {
    RuntimeException reason = failure.get();
    if (reason != null) {
      throw reason;
    }
    if (status == null) {
      throw new IllegalStateException("the call has not ended");
    }
    return status;
  }

  @Override
  public void onHeaders(Metadata headers) {
    long after = System.nanoTime() - startedAt;
    callbacks.execute(() -> inTurn(() -> notifyObserver(o -> o.headers(headers, after))));
  }

  @Override
  public void onMessage(byte[] response) {
    long after = System.nanoTime() - startedAt;
    if (firstResponse == null) {
      firstResponse = Duration.ofNanos(after);
    }
    boolean more;
    synchronized (demand) {
      waitingBytes += response.length + OVERHEAD;
      more = turn && waitingBytes < MAX_WAITING;
      owed = !more;
    }
    callbacks.execute(() -> arrived(response, after));
    if (more) {
      call.request(1);
    }
  }

  @Override
  public void onReady() {
    readiness.release();
  }

  @Override
  public void onClose(Status end, Metadata trailers) {
    closed = true;
    readiness.release();
    CallFigures figures =
        new CallFigures(
            Duration.ofNanos(System.nanoTime() - startedAt),
            firstResponse,
            Duration.ofNanos(encoding.get()),
            requests.get(),
            requestBytes.get());
    callbacks.execute(
        () -> {
          received = end;
          inTurn(() -> end(end, trailers, figures));
          whenClosed.accept(this);
        });
  }

  private void inTurn(Runnable event) {
    if (turn) {
      event.run();
    } else {
      waiting.add(event);
    }
  }

  /** Does as {@link #inTurn}, with one object less for each of a million responses. */
  private void arrived(byte[] response, long after) {
    if (turn) {
      take(response, after);
    } else {
      waiting.add(() -> take(response, after));
    }
  }

  private void take(byte[] bytes, long after) {
    if (decided != null) {
      return;
    }
    DynamicMessage response;
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.setRecursionLimit(MAX_DEPTH);
      response = parser.parseFrom(in);
      in.checkLastTagWas(0);
    } catch (InvalidProtocolBufferException e) {
      decide(
          Status.INTERNAL
              .withDescription("a response is no message of the method's type: " + e.getMessage())
              .withCause(e));
      return;
    }
    responses++;
    if (oneResponse) {
      // Only the status decides whether a single response counts.
      onlyResponse = response;
      onlyResponseAfter = after;
    } else {
      notifyObserver(o -> o.response(response, after));
      if (responses == limit) {
        decide(Status.OK);
        return;
      }
    }
    delivered(bytes.length + OVERHEAD);
  }

  /** Requests what is owed once half of what may wait has been delivered. */
  private void delivered(int bytes) {
    uncounted += bytes;
    // A response that becomes owed later waits, and gets here too.
    if (uncounted < COUNTED_AT_ONCE && !owed) {
      return;
    }
    synchronized (demand) {
      waitingBytes -= uncounted;
      uncounted = 0;
      if (!owed || waitingBytes > MAX_WAITING / 2) {
        return;
      }
      owed = false;
    }
    if (!closed) {
      call.request(1);
    }
  }

  /** Ends the call with a status of our own. */
  private void decide(Status end) {
    decided = end;
    cancel(end.getCause());
  }

  private void end(Status end, Metadata trailers, CallFigures figures) {
    Status result = end;
    if (decided != null) {
      result = decided;
    } else if (oneResponse && end.isOk() && responses != 1) {
      result =
          Status.INTERNAL.withDescription(
              "the server sent " + responses + " responses with OK where the method has one");
    }
    DynamicMessage only = onlyResponse;
    if (only != null && result.isOk()) {
      notifyObserver(o -> o.response(only, onlyResponseAfter));
    }
    Status last = result;
    notifyObserver(o -> o.closed(last, trailers, figures));
    status = result;
  }

  private void notifyObserver(Consumer<CallObserver> event) {
    CallObserver present = observer;
    if (present != null) { // otherwise it could not be created, and the call was aborted
      deliver(() -> event.accept(present));
    }
  }

  /** Delivers an event, unless the observer has failed or the call was aborted. */
  private void deliver(Runnable event) {
    if (failure.get() != null) {
      return;
    }
    try {
      event.run();
    } catch (RuntimeException e) {
      abort(e);
    }
  }
}
