package dev.grpcos.cli.call;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
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
 * response is asked for until then, at most one waits. The listener is called by the transport,
 * which it never holds up: it asks for further responses there and then, which costs nothing, while
 * those that wait for the observer are small, and hands them over as bytes. Turn and observer
 * belong to the thread that runs the {@link CallbackQueue}; the requests are sent by one thread of
 * the caller's choice.
 */
final class OneCall extends ClientCall.Listener<byte[]> {
  /**
   * How many bytes of a stream's responses may wait before no more are asked for: enough that both
   * sides work in batches, few enough that a reader who stops soon stops the server.
   */
  private static final int MAX_WAITING = 256 * 1024;

  /** So many bytes are counted as told in one go, so that two threads seldom want one lock. */
  private static final int TOLD_AT_ONCE = MAX_WAITING / 8;

  /** What a response takes beside its own bytes, about. */
  private static final int OVERHEAD = 128;

  /** How deep a response may nest: two levels for each of the 100 of a request's JSON, and more. */
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
  private final Object readiness = new Object();
  private final Object demand = new Object();

  /** How many bytes were received and not yet told; guarded by demand, as is all until the gap. */
  private long waitingBytes;

  /** Whether the next response is still to be asked for; written under demand. */
  private volatile boolean owed;

  private boolean turn;

  /** There from this call's turn on. */
  private @Nullable CallObserver observer;

  /** How many bytes were told and are still among the waiting ones. */
  private int uncounted;

  private long responses;
  private @Nullable Status decided;
  private @Nullable DynamicMessage onlyResponse;
  private long onlyResponseAfter;
  private volatile @Nullable RuntimeException failure;
  private @Nullable Status status;

  /** As it came, before this call's turn. */
  private @Nullable Status received;

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
   * @param limit ends the call after so many responses; 0 for no limit
   * @param sequence the number of its request
   * @param whenClosed is told of the call as soon as its status is there, on the thread of
   *     callbacks and maybe before its turn
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

  /** Sends a request whatever the transport has yet to send. */
  void send(DynamicMessage request) {
    long before = System.nanoTime();
    synchronized (readiness) {
      if (cancelled) {
        return;
      }
      call.sendMessage(request);
    }
    encoding.addAndGet(System.nanoTime() - before);
    requests.incrementAndGet();
    requestBytes.addAndGet(request.getSerializedSize());
  }

  void halfClose() {
    synchronized (readiness) {
      if (!cancelled) {
        call.halfClose();
      }
    }
  }

  /** A call that was cancelled refuses requests, which come from another thread meanwhile. */
  private void cancel(@Nullable Throwable cause) {
    synchronized (readiness) {
      cancelled = true;
    }
    call.cancel("ended by the client", cause);
  }

  /** Ends the call for a reason of our own, which {@link #status} then throws. */
  void abort(RuntimeException reason) {
    synchronized (readiness) {
      if (failure == null) {
        failure = reason;
      }
    }
    cancel(reason);
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
    synchronized (demand) {
      turn = true;
    }
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
    long after = System.nanoTime() - startedAt;
    callbacks.execute(() -> inTurn(() -> tellObserver(o -> o.headers(headers, after))));
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

  /** As {@link #inTurn}, with one object less for each of a million responses. */
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
      // Only the status tells whether a single response counts.
      onlyResponse = response;
      onlyResponseAfter = after;
    } else {
      tellObserver(o -> o.response(response, after));
      if (responses == limit) {
        decide(Status.OK);
        return;
      }
    }
    told(bytes.length + OVERHEAD);
  }

  /** Asks for what is owed, once half of what may wait is told. */
  private void told(int bytes) {
    uncounted += bytes;
    // Whatever makes a response owed from now on waits, and comes here too.
    if (uncounted < TOLD_AT_ONCE && !owed) {
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
    Status told = end;
    if (decided != null) {
      told = decided;
    } else if (oneResponse && end.isOk() && responses != 1) {
      told =
          Status.INTERNAL.withDescription(
              "the server sent " + responses + " responses with OK where the method has one");
    }
    DynamicMessage only = onlyResponse;
    if (only != null && told.isOk()) {
      tellObserver(o -> o.response(only, onlyResponseAfter));
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
    if (failure != null) {
      return;
    }
    try {
      event.run();
    } catch (RuntimeException e) {
      abort(e);
    }
  }
}
