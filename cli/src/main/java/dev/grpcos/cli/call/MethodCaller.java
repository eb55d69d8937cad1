package dev.grpcos.cli.call;

import static com.google.common.util.concurrent.MoreExecutors.directExecutor;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.ExitCode;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls one method with each request as soon as it is complete.
 *
 * <p>If the method takes one request, each request is a separate call; otherwise the requests are
 * the messages of one call. Not thread-safe; each object supports one run. Threads that read
 * requests end at the next request after the run, or when the source is closed.
 */
public final class MethodCaller {
  private final Channel channel;
  private final CallableMethod method;
  private final CallSettings settings;
  private final CallObservers observers;
  private final CallbackQueue callbacks = new CallbackQueue();

  /** The number of calls made; used by one thread. */
  private long calls;

  private int exitCode = ExitCode.OK;

  /** The number of the first request in the input whose call failed. */
  private long firstFailure = Long.MAX_VALUE;

  /** Whether a call failed, so that no further call is made. */
  private boolean failed;

  /**
   * Whether no further request is sent. Set under a lock if the set of requests already sent
   * matters.
   */
  private volatile boolean stopping;

  public MethodCaller(
      Channel channel,
      Descriptors.MethodDescriptor method,
      CallSettings settings,
      CallObservers observers) {
    this.channel = channel;
    this.settings = settings;
    this.observers = observers;
    this.method = new CallableMethod(method);
  }

  /**
   * Makes calls until the requests end or a call fails.
   *
   * @return the exit code of the first call that failed
   * @throws RuntimeException if the requests or the observer threw it
   */
  public int run(Requests requests) {
    // Cancels the calls that are in flight when this block ends, for any reason.
    try (Context.CancellableContext context = Context.current().withCancellation()) {
      // A permanent listener. Each time that a context loses its last listener, grpc-java (1.85)
      // leaks one in the parent context, and every call searches those.
      context.addListener(cancelled -> {}, directExecutor());
      Context previous = context.attach();
      try {
        call(requests);
      } catch (RuntimeException e) {
        deliverLast(e);
        throw e;
      } finally {
        stopping = true;
        context.detach(previous);
      }
    }
    return exitCode;
  }

  /** Delivers the responses that arrived before a failure, unless their delivery failed. */
  private void deliverLast(RuntimeException failure) {
    try {
      observers.idle();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void call(Requests requests) {
    if (!method.type().clientSendsOneMessage()) {
      stream(requests);
    } else if (settings.concurrency() > 1 && settings.unordered()) {
      callUnordered(requests);
    } else if (settings.concurrency() > 1) {
      callConcurrently(requests);
    } else {
      callInSequence(requests);
    }
  }

  private void callInSequence(Requests requests) {
    boolean goOn = true;
    while (goOn) {
      DynamicMessage request = requests.next();
      if (request == null) {
        return;
      }
      OneCall call = newCall(requests.place(), request, closed -> {});
      call.takeTurn();
      startWith(call, request);
      callbacks.runUntil(call::ended, call::idle);
      goOn = account(call);
    }
  }

  /**
   * Delivers responses in the order of their requests; a window bounds the number of waiting calls.
   */
  private void callConcurrently(Requests requests) {
    Semaphore window = new Semaphore(settings.concurrency());
    ConcurrentLinkedQueue<OneCall> started = new ConcurrentLinkedQueue<>();
    RequestThread reader =
        new RequestThread(
            "grpcos-requests",
            () -> {
              window.acquire();
              DynamicMessage request = requests.next();
              if (request == null || stopping) {
                return false;
              }
              OneCall call = newCall(requests.place(), request, this::stopAfterFailure);
              started.add(call);
              startWith(call, request);
              // The callback thread may be waiting for this call alone.
              callbacks.execute(() -> {});
              return true;
            },
            () -> callbacks.execute(() -> {}));
    reader.start();
    callbacks.runUntil(
        () -> {
          // Read before the calls are checked, because no call is added after it becomes true.
          boolean last = stopping || reader.ended();
          for (OneCall first = started.peek(); first != null; first = started.peek()) {
            if (!first.hasTurn()) {
              first.takeTurn();
            }
            if (!first.ended()) {
              return false;
            }
            started.remove();
            if (!account(first)) {
              failed = true;
              stopping = true;
              reader.stop();
              return true;
            }
            window.release();
          }
          return last;
        },
        () -> {
          OneCall first = started.peek();
          if (first == null) {
            observers.idle(); // the responses of the calls that have ended
          } else {
            first.idle();
          }
        });
    rethrow(reader);
  }

  /**
   * Delivers the events of each call as they arrive. After a failure no further request is sent,
   * but calls in flight are allowed to finish, so that the exit code is that of the first failure
   * in the input.
   */
  private void callUnordered(Requests requests) {
    Semaphore window = new Semaphore(settings.concurrency());
    Object starting = new Object();
    Deque<OneCall> ended = new ArrayDeque<>();
    AtomicLong underWay = new AtomicLong();
    RequestThread reader =
        new RequestThread(
            "grpcos-requests",
            () -> {
              window.acquire();
              DynamicMessage request = requests.next();
              if (request == null) {
                return false;
              }
              OneCall call;
              synchronized (starting) {
                if (stopping) {
                  return false;
                }
                underWay.incrementAndGet();
                call = newCall(requests.place(), request, ended::add);
              }
              callbacks.execute(call::takeTurn);
              startWith(call, request);
              return true;
            },
            () -> callbacks.execute(() -> {}));
    reader.start();
    callbacks.runUntil(
        () -> {
          boolean last = stopping || reader.ended();
          for (OneCall call = ended.poll(); call != null; call = ended.poll()) {
            if (!account(call)) {
              failed = true;
              synchronized (starting) {
                stopping = true;
              }
              reader.stop();
              last = true;
            }
            underWay.decrementAndGet();
            window.release();
          }
          return last && underWay.get() == 0;
        },
        observers::idle);
    rethrow(reader);
  }

  /** Throws the exception of invalid input, unless a failed call ended the batch before it. */
  private void rethrow(RequestThread reader) {
    if (!failed) {
      reader.rethrow();
    }
  }

  private void stream(Requests requests) {
    OneCall call = newCall("", null, closed -> {});
    call.takeTurn();
    call.start(headers());
    RequestThread reader =
        new RequestThread(
            "grpcos-requests",
            () -> {
              DynamicMessage request = requests.next();
              if (request == null) {
                call.halfClose();
                return false;
              }
              if (call.awaitReady()) {
                call.send(request);
                return true;
              }
              return false;
            },
            () -> {});
    reader.onFailure(
        failure -> {
          if (method.type() == MethodType.BIDI_STREAMING) {
            // The server handles messages one by one. As in a batch of calls, this waits for the
            // responses to earlier messages, and only half-closing the stream delivers them all.
            call.halfClose();
          } else {
            // The only response is to the whole stream, which must not look complete to the server.
            call.abort(failure);
          }
        });
    reader.start();
    callbacks.runUntil(call::ended, call::idle);
    reader.stop();
    account(call);
    reader.rethrow();
  }

  /**
   * Creates the call for a request.
   *
   * @param place the place of the request in the input
   * @param request null if the call has a stream of requests
   */
  private OneCall newCall(
      String place, @Nullable DynamicMessage request, Consumer<OneCall> whenClosed) {
    long number = ++calls;
    boolean batch = number > 1 || settings.keepGoing() || settings.concurrency() > 1;
    return method.newCall(
        channel,
        CallSettings.earlier(settings.deadline(), settings.latest()),
        settings.limit(),
        settings.memory(),
        callbacks,
        new NumberedRequest(number, batch ? place : "", settings.keepRequests() ? request : null),
        observers,
        whenClosed);
  }

  private void startWith(OneCall call, DynamicMessage request) {
    call.start(headers());
    call.send(request);
    call.halfClose();
  }

  /**
   * Stops sending requests after a call has failed, even if earlier calls have not yet been
   * delivered. All requests before it have been sent. If there is a limit, a call is known to have
   * failed only when its turn comes.
   */
  private void stopAfterFailure(OneCall call) {
    Status received = call.received();
    if (received != null
        && !isExpected(received.getCode())
        && !settings.keepGoing()
        && settings.limit() == 0) {
      stopping = true;
    }
  }

  private boolean isExpected(Status.Code code) {
    return code == Status.Code.OK || settings.okCodes().contains(code);
  }

  /** Returns a copy, because a call changes the headers that it receives. */
  private Metadata headers() {
    Metadata headers = new Metadata();
    headers.merge(settings.headers());
    return headers;
  }

  /**
   * Sets the exit code from the call's status.
   *
   * @return whether further calls are made
   */
  private boolean account(OneCall call) {
    Status.Code code = call.status().getCode();
    if (isExpected(code)) {
      return true;
    }
    if (call.sequence() < firstFailure) {
      firstFailure = call.sequence();
      exitCode = ExitCode.STATUS_BASE + code.value();
    }
    return settings.keepGoing();
  }
}
