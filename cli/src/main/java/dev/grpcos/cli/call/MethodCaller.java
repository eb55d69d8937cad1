package dev.grpcos.cli.call;

import static com.google.common.util.concurrent.MoreExecutors.directExecutor;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Parser;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.call.EncodedMessage;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Calls one method with requests as they come.
 *
 * <p>Where the method takes one request, each is a call of its own; otherwise they are the messages
 * of one call. Not thread-safe: one run for each object. Threads that read requests end at the next
 * request after the run, or when the source is closed.
 */
public final class MethodCaller {
  private final Channel channel;
  private final MethodDescriptor<DynamicMessage, byte[]> method;
  private final Parser<DynamicMessage> responses;
  private final CallSettings settings;
  private final CallObservers observers;
  private final CallbackQueue callbacks = new CallbackQueue();

  /** Calls made; one thread makes them. */
  private long calls;

  private int exitCode = ExitCode.OK;

  /** The first request, in the order of the input, whose call failed. */
  private long firstFailure = Long.MAX_VALUE;

  /** A call failed, and no further one is to be made. */
  private boolean failed;

  /** No further request is sent. Set under the lock where it matters which were. */
  private volatile boolean stopping;

  public MethodCaller(
      Channel channel,
      Descriptors.MethodDescriptor method,
      CallSettings settings,
      CallObservers observers) {
    this.channel = channel;
    this.settings = settings;
    this.observers = observers;
    this.method =
        MethodDescriptor.<DynamicMessage, byte[]>newBuilder()
            .setType(type(method))
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(
                    method.getService().getFullName(), method.getName()))
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
            .setResponseMarshaller(EncodedMessage.MARSHALLER)
            .build();
    this.responses = DynamicMessage.getDefaultInstance(method.getOutputType()).getParserForType();
  }

  private static MethodType type(Descriptors.MethodDescriptor method) {
    if (method.isClientStreaming()) {
      return method.isServerStreaming() ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING;
    }
    return method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }

  /**
   * Calls until the requests are at their end, or a call failed.
   *
   * @return the exit code: that of the first call that failed
   * @throws RuntimeException what the requests or the observer threw
   */
  public int run(Requests requests) {
    // Whatever is still under way when this ends, for whatever reason, is cancelled.
    try (Context.CancellableContext context = Context.current().withCancellation()) {
      // One that stays: whenever a context's last listener goes, grpc-java (1.85) forgets one in
      // the
      // parent, and every call looks through those.
      context.addListener(cancelled -> {}, directExecutor());
      Context previous = context.attach();
      try {
        call(requests);
      } catch (RuntimeException e) {
        tellLast(e);
        throw e;
      } finally {
        stopping = true;
        context.detach(previous);
      }
    }
    return exitCode;
  }

  /** What came before a failure goes out, unless that is what failed. */
  private void tellLast(RuntimeException failure) {
    try {
      observers.idle();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void call(Requests requests) {
    if (!method.getType().clientSendsOneMessage()) {
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
      OneCall call = newCall(closed -> {});
      call.takeTurn();
      startWith(call, request);
      callbacks.runUntil(call::ended, call::idle);
      goOn = account(call);
    }
  }

  /** Responses in the order of their requests; a window bounds the calls that are not told yet. */
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
              OneCall call = newCall(this::stopAfterFailure);
              started.add(call);
              startWith(call, request);
              // The thread of callbacks may be waiting for nothing but this call.
              callbacks.execute(() -> {});
              return true;
            },
            () -> callbacks.execute(() -> {}));
    reader.start();
    callbacks.runUntil(
        () -> {
          // Asked before the calls are counted: afterwards none is added.
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
            observers.idle(); // the replies of calls that are over
          } else {
            first.idle();
          }
        });
    rethrow(reader);
  }

  /**
   * Each call is told of as it goes on. After a failed one no further request is sent, but calls
   * under way are seen to their ends: so the exit code is that of the first failure in the input,
   * whichever came first.
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
                call = newCall(ended::add);
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

  /**
   * Bad input counts only where it was reached: behind a call whose failure ended the batch not.
   */
  private void rethrow(RequestThread reader) {
    if (!failed) {
      reader.rethrow();
    }
  }

  private void stream(Requests requests) {
    OneCall call = newCall(closed -> {});
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
          if (method.getType() == MethodType.BIDI_STREAMING) {
            // Earlier messages have been acted upon one by one: their replies are awaited, as in a
            // batch of calls. There is no other way to get them all than to end the stream.
            call.halfClose();
          } else {
            // The one reply is to the whole stream, which the server must not take for complete.
            call.abort(failure);
          }
        });
    reader.start();
    callbacks.runUntil(call::ended, call::idle);
    reader.stop();
    account(call);
    reader.rethrow();
  }

  private OneCall newCall(Consumer<OneCall> whenClosed) {
    CallOptions options = CallOptions.DEFAULT.withExecutor(directExecutor());
    if (settings.deadline() != null) {
      options = options.withDeadlineAfter(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
    }
    return new OneCall(
        channel.newCall(method, options),
        responses,
        method.getType().serverSendsOneMessage(),
        settings.limit(),
        callbacks,
        ++calls,
        observers,
        whenClosed);
  }

  private void startWith(OneCall call, DynamicMessage request) {
    call.start(headers());
    call.send(request);
    call.halfClose();
  }

  /**
   * Sends no further request once one has failed, whose turn may be far; those before it have all
   * been sent. A limit can make a success of a failure, which its turn shows.
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

  /** A call changes the headers that it is given. */
  private Metadata headers() {
    Metadata headers = new Metadata();
    headers.merge(settings.headers());
    return headers;
  }

  /**
   * Takes the call's status into the exit code.
   *
   * @return whether further calls are to be made
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
