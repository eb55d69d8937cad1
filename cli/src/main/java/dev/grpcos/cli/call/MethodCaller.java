package dev.grpcos.cli.call;

import static com.google.common.util.concurrent.MoreExecutors.directExecutor;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Parser;
import dev.grpcos.cli.ExitCode;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

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
  private final CallObserver observer;
  private final CallbackQueue callbacks = new CallbackQueue();

  /** Calls begun, or given their turn; counts the observer's sequence. */
  private long turns;

  private int exitCode = ExitCode.OK;
  private volatile boolean stopping;

  public MethodCaller(
      Channel channel,
      Descriptors.MethodDescriptor method,
      CallSettings settings,
      CallObserver observer) {
    this.channel = channel;
    this.settings = settings;
    this.observer = observer;
    this.method =
        MethodDescriptor.<DynamicMessage, byte[]>newBuilder()
            .setType(type(method))
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(
                    method.getService().getFullName(), method.getName()))
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
            .setResponseMarshaller(Bytes.MARSHALLER)
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
      Context previous = context.attach();
      try {
        call(requests);
      } catch (RuntimeException e) {
        tellLast(e);
        throw e;
      } finally {
        context.detach(previous);
      }
    }
    return exitCode;
  }

  /** What came before a failure goes out, unless that is what failed. */
  private void tellLast(RuntimeException failure) {
    try {
      observer.idle();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void call(Requests requests) {
    if (!method.getType().clientSendsOneMessage()) {
      stream(requests);
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
      OneCall call = newCall();
      call.takeTurn(++turns);
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
              OneCall call = newCall();
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
              first.takeTurn(++turns);
            }
            if (!first.ended()) {
              return false;
            }
            started.remove();
            if (!account(first)) {
              stopping = true;
              reader.stop();
              last = true;
            }
            window.release();
          }
          return last;
        },
        () -> {
          OneCall first = started.peek();
          if (first != null) {
            first.idle();
          }
        });
    reader.rethrow();
  }

  private void stream(Requests requests) {
    OneCall call = newCall();
    call.takeTurn(++turns);
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
    reader.onFailure(call::abort);
    reader.start();
    callbacks.runUntil(call::ended, call::idle);
    reader.stop();
    account(call);
  }

  private OneCall newCall() {
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
        observer);
  }

  private void startWith(OneCall call, DynamicMessage request) {
    call.start(headers());
    call.send(request);
    call.halfClose();
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
    if (code == Status.Code.OK || settings.okCodes().contains(code)) {
      return true;
    }
    if (exitCode == ExitCode.OK) {
      exitCode = ExitCode.STATUS_BASE + code.value();
    }
    return settings.keepGoing();
  }
}
