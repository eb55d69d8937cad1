package dev.grpcos.cli.call;

import com.google.protobuf.DynamicMessage;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
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
  private final CallObserver observer;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Object readiness = new Object();

  private boolean turn;

  /** Responses asked for that have not come. */
  private int asked;

  private long responses;
  private boolean limitReached;
  private @Nullable DynamicMessage onlyResponse;
  private @Nullable RuntimeException failure;
  private @Nullable Status status;
  private volatile boolean closed;

  /**
   * A call that is not yet started.
   *
   * @param oneResponse whether the method answers with exactly one response
   * @param limit ends the call after so many responses; 0 for no limit
   */
  OneCall(
      ClientCall<DynamicMessage, DynamicMessage> call,
      boolean oneResponse,
      long limit,
      CallObserver observer) {
    this.call = call;
    this.oneResponse = oneResponse;
    this.limit = limit;
    this.observer = observer;
  }

  void start(Metadata headers) {
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
    call.sendMessage(request);
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
  void takeTurn(long sequence) {
    turn = true;
    tell(() -> observer.started(sequence));
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  /** Nothing further is at hand for now. */
  void idle() {
    tell(observer::idle);
  }

  boolean hasTurn() {
    return turn;
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
    inTurn(() -> tell(() -> observer.headers(headers)));
  }

  @Override
  public void onMessage(DynamicMessage response) {
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
    inTurn(() -> end(end, trailers));
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
      tell(() -> observer.response(response));
      if (responses == limit) {
        limitReached = true;
        call.cancel("as many responses as were asked for", null);
        return;
      }
    }
    ask();
  }

  private void end(Status end, Metadata trailers) {
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
      tell(() -> observer.response(only));
    }
    Status last = told;
    tell(() -> observer.closed(last, trailers));
    status = told;
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
