package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call under way, from its start to its status.
 *
 * <p>Its events go to the observer while it is this call's turn, and wait before; as only one
 * response is asked for until then, at most one waits. Listener and turn belong to the thread that
 * runs the {@link CallbackQueue}; the requests are sent by one thread of the caller's choice.
 */
final class OneCall extends ClientCall.Listener<DynamicMessage> {
  /**
   * How many responses of a stream may be on their way at once: enough that they are handed over in
   * batches, few enough that a reader who stops soon stops the server.
   */
  private static final int WINDOW = 16;

  private final ClientCall<DynamicMessage, DynamicMessage> call;
  private final boolean oneResponse;
  private final long limit;
  private final long sequence;
  private final Consumer<OneCall> whenClosed;
  private final CallObservers observers;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Object readiness = new Object();

  /** There from this call's turn on. */
  private @Nullable CallObserver observer;

  private boolean turn;

  /** Responses asked for that have not come. */
  private int asked;

  private long responses;
  private boolean limitReached;
  private @Nullable DynamicMessage onlyResponse;
  private @Nullable RuntimeException failure;
  private @Nullable Status status;

  /** As it came, before this call's turn. */
  private @Nullable Status received;

  private long startedAt;
  private @Nullable Duration firstResponse;

  // Counted by the thread that sends.
  private final AtomicLong encoding = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong requestBytes = new AtomicLong();

  private volatile boolean closed;

  /**
   * A call that is not yet started.
   *
   * @param oneResponse whether the method answers with exactly one response
   * @param limit ends the call after so many responses; 0 for no limit
   * @param sequence the number of its request
   * @param whenClosed is told of the call as soon as its status is there, on the thread of
   *     callbacks and maybe before its turn
   */
  OneCall(
      ClientCall<DynamicMessage, DynamicMessage> call,
      boolean oneResponse,
      long limit,
      long sequence,
      CallObservers observers,
      Consumer<OneCall> whenClosed) {
    this.call = call;
    this.oneResponse = oneResponse;
    this.limit = limit;
    this.sequence = sequence;
    this.observers = observers;
    this.whenClosed = whenClosed;
  }

  void start(Metadata headers) {
    startedAt = System.nanoTime();
    call.start(this, headers);
    ask();
  }

  /** Asks for responses, as soon as half of those that may be on their way have come. */
  private void ask() {
    int window = turn && !oneResponse ? WINDOW : 1;
    if (asked <= window / 2) {
      int more = window - asked;
      asked = window;
      call.request(more);
    }
  }

  /** Sends a request whatever the transport has yet to send. */
  void send(DynamicMessage request) {
    long before = System.nanoTime();
    call.sendMessage(request);
    encoding.addAndGet(System.nanoTime() - before);
    requests.incrementAndGet();
    requestBytes.addAndGet(request.getSerializedSize());
  }

  void halfClose() {
    call.halfClose();
  }

  /** Ends the call for a reason of our own, which {@link #status} then throws. */
  void abort(RuntimeException reason) {
    synchronized (readiness) {
      if (failure == null) {
        failure = reason;
      }
    }
    call.cancel("ended by the client", reason);
  }

  /**
   * Waits until the transport takes another request without storing it.
   *
   * @return false once the call is closed
   */
  boolean awaitReady() throws InterruptedException {
    synchronized (readiness) {
      while (!closed && !call.isReady()) {
        readiness.wait();
      }
    }
    return !closed;
  }

  /** From now on events go to the observer; those that wait go at once. */
  void takeTurn() {
    turn = true;
    tell(() -> observer = observers.started(sequence));
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  /** Nothing further is at hand for now. */
  void idle() {
    tell(observers::idle);
  }

  boolean hasTurn() {
    return turn;
  }

  /** The number of its request. */
  long sequence() {
    return sequence;
  }

  /** The status that came; null before. What it means for the caller is {@link #status}. */
  @Nullable Status received() {
    return received;
  }

  /** Whether the observer was told of the end. */
  boolean ended() {
    return status != null;
  }

  /**
   * How the call ended, once it has.
   *
   * @throws RuntimeException what made an end of it on our side, if anything did
   */
  Status status() {
    synchronized (readiness) {
      if (failure != null) {
        throw failure;
      }
    }
    if (status == null) {
      throw new IllegalStateException("the call has not ended");
    }
    return status;
  }

  @Override
  public void onHeaders(Metadata headers) {
    inTurn(() -> tellObserver(o -> o.headers(headers)));
  }

  @Override
  public void onMessage(DynamicMessage response) {
    if (firstResponse == null) {
      firstResponse = Duration.ofNanos(System.nanoTime() - startedAt);
    }
    inTurn(() -> take(response));
  }

  @Override
  public void onReady() {
    synchronized (readiness) {
      readiness.notifyAll();
    }
  }

  @Override
  public void onClose(Status end, Metadata trailers) {
    synchronized (readiness) {
      closed = true;
      readiness.notifyAll();
    }
    CallFigures figures =
        new CallFigures(
            Duration.ofNanos(System.nanoTime() - startedAt),
            firstResponse,
            Duration.ofNanos(encoding.get()),
            requests.get(),
            requestBytes.get());
    received = end;
    inTurn(() -> end(end, trailers, figures));
    whenClosed.accept(this);
  }

  private void inTurn(Runnable event) {
    if (turn) {
      event.run();
    } else {
      waiting.add(event);
    }
  }

  private void take(DynamicMessage response) {
    if (limitReached) {
      return;
    }
    asked--;
    responses++;
    if (oneResponse) {
      // Only the status tells whether a single response counts.
      onlyResponse = response;
    } else {
      tellObserver(o -> o.response(response));
      if (responses == limit) {
        limitReached = true;
        call.cancel("as many responses as were asked for", null);
        return;
      }
    }
    ask();
  }

  private void end(Status end, Metadata trailers, CallFigures figures) {
    Status told = end;
    if (limitReached) {
      told = Status.OK;
    } else if (oneResponse && end.isOk() && responses != 1) {
      told =
          Status.INTERNAL.withDescription(
              "the server sent " + responses + " responses with OK where the method has one");
    }
    DynamicMessage only = onlyResponse;
    if (only != null && told.isOk()) {
      tellObserver(o -> o.response(only));
    }
    Status last = told;
    tellObserver(o -> o.closed(last, trailers, figures));
    status = told;
  }

  private void tellObserver(Consumer<CallObserver> event) {
    CallObserver told = observer;
    if (told != null) { // else it could not be made, and the call was aborted
      tell(() -> event.accept(told));
    }
  }

  /** Nothing more is told once the observer has failed or the call was aborted. */
  private void tell(Runnable event) {
    synchronized (readiness) {
      if (failure != null) {
        return;
      }
    }
    try {
      event.run();
    } catch (RuntimeException e) {
      abort(e);
    }
  }
}
