package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.call.Refusal;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/** A method that a program serves. It admits calls and creates a handler for each. */
final class ExecMethod implements ServerCallHandler<byte[], byte[]> {
  private final MethodProgram program;
  private final ExecRuntime runtime;
  private final Supplier<EventLoop> loops;
  private final Function<Caller, CallHandler> handlers;
  private final Semaphore calls;

  /**
   * Creates a method.
   *
   * @param calls bounds the calls that run or wait at the same time
   * @param loops supplies the event loop of a call
   * @param handlers creates the handler of a call
   */
  ExecMethod(
      MethodProgram program,
      Semaphore calls,
      ExecRuntime runtime,
      Supplier<EventLoop> loops,
      Function<Caller, CallHandler> handlers) {
    this.program = program;
    this.runtime = runtime;
    this.loops = loops;
    this.handlers = handlers;
    this.calls = calls;
  }

  @Override
  public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
    if (!calls.tryAcquire()) {
      return Refusal.of(
          call,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "the program of %s has %d calls already, as many as its concurrency allows; try again later"
                  .formatted(program.method(), program.concurrency())));
    }
    EventLoop loop = loops.get();
    CallListener listener = new CallListener(program.method(), loop);
    if (!runtime.calls().add(listener)) {
      calls.release();
      return Refusal.of(
          call, Status.UNAVAILABLE.withDescription(program.method() + " is not served any more"));
    }
    Runnable ended =
        () -> {
          calls.release();
          runtime.calls().remove(listener);
        };
    listener.begin(handlers.apply(new Caller(call, headers, program, loop, listener, ended)));
    return listener;
  }
}
