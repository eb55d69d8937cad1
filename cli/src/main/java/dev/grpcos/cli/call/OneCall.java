package dev.grpcos.cli.call;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.limit.MessageAccount;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call, from its start to its status.
 *
 * <p>Events go to the observer once it is this call's turn. Until then they are queued and only one
 * response is requested, so at most one response waits. The transport calls the listener, which
 * never blocks: it queues responses as bytes, and requests further responses at once while few
 * bytes are queued. The turn and the observer belong to the thread that runs the {@link
 * CallbackQueue}. One thread, which the caller chooses, sends the requests; any thread may cancel
 * the call.
 */
public final class OneCall extends ClientCall.Listener<byte[]> {
  private final ClientCall<DynamicMessage, byte[]> call;
  private final Parser<DynamicMessage> parser;
  private final boolean oneResponse;
  private final long limit;
  private final ResponseCharge memory;
  private final CallbackQueue callbacks;
  private final NumberedRequest request;
  private final CallObservers observers;
  private final Consumer<OneCall> whenClosed;
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  private final Semaphore readiness = new Semaphore(0);
  private final ResponseWindow window = new ResponseWindow();

  private volatile @Nullable Runnable whenReady;

  /** The observer; null before this call's turn. */
  private @Nullable CallObserver observer;

  private long responses;
  private @Nullable Status decided;
  private @Nullable DynamicMessage onlyResponse;
  private long onlyResponseAfter;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private @Nullable Status status;

  /** The received status, perhaps before this call's turn. */
  private @Nullable Status received;

  /** Set before the call is cancelled. */
  private volatile boolean cancelled;

  private volatile boolean closed;

  private long startedAt;
  private @Nullable Duration firstResponse;

  /** Written by the transport's thread. */
  private long receivedResponses;

  // Written by the thread that sends.
  private final AtomicLong encoding = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong requestBytes = new AtomicLong();

  /**
   * Creates a call, which is not yet started.
   *
   * @param parser the parser of the responses
   * @param oneResponse whether the method answers with exactly one response
   * @param limit the number of responses after which the call ends; 0 for no limit
   * @param memory is charged with each large response until it is delivered
   * @param whenClosed receives the call as soon as its status has arrived, on the callback thread
   *     and perhaps before the call's turn
   */
  OneCall(
      ClientCall<DynamicMessage, byte[]> call,
      Parser<DynamicMessage> parser,
      boolean oneResponse,
      long limit,
      MessageAccount memory,
      CallbackQueue callbacks,
      NumberedRequest request,
      CallObservers observers,
      Consumer<OneCall> whenClosed) {
    this.call = call;
    this.parser = parser;
    this.oneResponse = oneResponse;
    this.limit = limit;
    this.memory = new ResponseCharge(memory);
    this.callbacks = callbacks;
    this.request = request;
    this.observers = observers;
    this.whenClosed = whenClosed;
  }

  /** Starts the call and requests the first response. */
  public void start(Metadata headers) {
    startedAt = System.nanoTime();
    call.start(this, headers);
    call.request(1);
  }

  /** Sends a request, whether or not the transport is ready for it. */
  public void send(DynamicMessage request) {
    long before = System.nanoTime();
    if (send(() -> call.sendMessage(request))) {
      encoding.addAndGet(System.nanoTime() - before);
      requests.incrementAndGet();
      requestBytes.addAndGet(request.getSerializedSize());
    }
  }

  /** Ends the requests. */
  public void halfClose() {
    boolean unused = send(call::halfClose);
  }

  /** Runs a step unless the call is cancelled. A step that fails ends the call. */
  private boolean send(Runnable step) {
    if (cancelled) {
      return false;
    }
    try {
      step.run();
      return true;
    } catch (RuntimeException e) {
      // A cancelled call throws an exception, and another thread may have cancelled it meanwhile.
      if (!cancelled) {
        abort(e);
      }
      return false;
    }
  }

  /** Cancels the call; any thread may do so at any time. */
  private void cancel(@Nullable Throwable cause) {
    cancelled = true;
    call.cancel("ended by the client", cause);
  }

  /** Ends the call for a local reason, which {@link #status} then throws. */
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

  /**
   * Sets the listener for the transport's readiness after it was not ready; set before the start.
   * It runs on the thread of the {@link CallbackQueue}.
   */
  public void whenReady(Runnable listener) {
    whenReady = listener;
  }

  /** Returns whether the transport would send another request at once. */
  public boolean isReady() {
    return !closed && call.isReady();
  }

  /** Delivers the waiting events to the observer at once, and all later events as they arrive. */
  public void takeTurn() {
    window.open();
    deliver(() -> observer = observers.started(request));
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  /** Reports that no further event is queued now. */
  void idle() {
    deliver(observers::idle);
  }

  boolean hasTurn() {
    return window.isOpen();
  }

  /** Returns the number of the call's request. */
  long sequence() {
    return request.number();
  }

  /**
   * Returns the received status, or null if it has not arrived. {@link #status} interprets it for
   * the caller.
   */
  @Nullable Status received() {
    return received;
  }

  /** Returns whether the observer has received the status. */
  boolean ended() {
    return status != null;
  }

  /**
   * Returns the status of an ended call.
   *
   * @throws RuntimeException the reason for which this side ended the call, if there is one
   */
  public Status status() {
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
    receivedResponses++;
    try {
      memory.arrived(response.length);
    } catch (StatusRuntimeException e) {
      callbacks.execute(() -> decide(e.getStatus()));
      return;
    }
    boolean more = window.received(response.length);
    callbacks.execute(() -> arrived(response, after));
    if (more) {
      call.request(1);
    }
  }

  @Override
  public void onReady() {
    readiness.release();
    Runnable listener = whenReady;
    if (listener != null) {
      callbacks.execute(listener);
    }
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
            requestBytes.get(),
            receivedResponses);
    callbacks.execute(
        () -> {
          received = end;
          inTurn(() -> end(end, trailers, figures));
          whenClosed.accept(this);
        });
  }

  private void inTurn(Runnable event) {
    if (window.isOpen()) {
      event.run();
    } else {
      waiting.add(event);
    }
  }

  /** Does the same as {@link #inTurn}, but saves one object for each response of a large stream. */
  private void arrived(byte[] response, long after) {
    if (window.isOpen()) {
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
      memory.delivering(bytes.length);
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.setRecursionLimit(RequestReader.MAX_NESTING);
      response = parser.parseFrom(in);
      in.checkLastTagWas(0);
    } catch (StatusRuntimeException e) {
      decide(e.getStatus());
      return;
    } catch (InvalidProtocolBufferException e) {
      decide(
          Status.INTERNAL
              .withDescription(
                  "a response is not a message of the method's type: " + e.getMessage())
              .withCause(e));
      return;
    }
    responses++;
    if (oneResponse) {
      // The status decides whether a single response is valid.
      onlyResponse = response;
      onlyResponseAfter = after;
    } else {
      notifyObserver(o -> o.response(response, after));
      memory.delivered(bytes.length);
      if (responses == limit) {
        decide(Status.OK);
        return;
      }
    }
    if (window.delivered(bytes.length) && !closed) {
      call.request(1);
    }
  }

  /**
   * Cancels the call and gives it a status of this side, unless it has ended. Called on the
   * callback thread.
   */
  public void decide(Status end) {
    decided = end;
    cancel(end.getCause());
  }

  private void end(Status end, Metadata trailers, CallFigures figures) {
    Status result = end;
    if (decided != null) {
      result = decided;
    } else if (oneResponse && end.isOk() && responses != 1) {
      // The status that gRPC's document on status codes gives to a violated cardinality.
      result =
          Status.UNIMPLEMENTED.withDescription(
              "the server sent %d responses with status OK; the method returns one"
                  .formatted(responses));
    }
    DynamicMessage only = onlyResponse;
    if (only != null && result.isOk()) {
      notifyObserver(o -> o.response(only, onlyResponseAfter));
    }
    Status last = result;
    notifyObserver(o -> o.closed(last, trailers, figures));
    memory.close();
    status = result;
  }

  private void notifyObserver(Consumer<CallObserver> event) {
    CallObserver present = observer;
    if (present != null) { // null if it could not be created, which aborted the call
      deliver(() -> event.accept(present));
    }
  }

  /** Delivers an event, unless the observer has failed or the call has been aborted. */
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
