package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.exec.Launch.RunAs;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A method each of whose calls is a process. */
final class ExecMethod implements ServerCallHandler<byte[], byte[]> {
  /**
   * What calls are made with.
   *
   * @param threads runs what blocks; each call takes two at most
   * @param timers ends calls in time; never blocked
   * @param programs bounds the programs of all methods together
   * @param calls knows the calls in flight
   * @param metadataBytes the most that a program may say on descriptor 3
   */
  record Surroundings(
      Spawner spawner,
      Executor threads,
      ScheduledExecutorService timers,
      ProgramLimit programs,
      OngoingCalls calls,
      int metadataBytes) {}

  /**
   * What is run.
   *
   * @param deadline the longest that a call may take, or null
   */
  record Handler(
      List<String> command,
      CallVariables variables,
      Path directory,
      @Nullable RunAs user,
      @Nullable Duration deadline) {}

  private final MethodText text;
  private final Handler handler;
  private final Surroundings surroundings;
  private final int concurrency;
  private final Semaphore calls;

  /**
   * A method.
   *
   * @param concurrency how many calls may run at once
   */
  ExecMethod(MethodText text, Handler handler, int concurrency, Surroundings surroundings) {
    this.text = text;
    this.handler = handler;
    this.surroundings = surroundings;
    this.concurrency = concurrency;
    this.calls = new Semaphore(concurrency);
  }

  @Override
  public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!calls.tryAcquire()) {
      return full(
          call,
          "%s runs %d times at once already, as its concurrency says"
              .formatted(method, concurrency));
    }
    if (!surroundings.programs().tryAcquire()) {
      calls.release();
      return full(call, "the gateway runs as many programs as limits.exec allows");
    }
    Runnable ended =
        () -> {
          surroundings.programs().release();
          calls.release();
        };
    ExecCall begun = new ExecCall(call, headers, text, handler, surroundings, ended);
    if (!surroundings.calls().add(begun)) {
      ended.run();
      return Refusal.of(
          call, Status.UNAVAILABLE.withDescription(method + " is not served any more"));
    }
    return begun.begin();
  }

  private static ServerCall.Listener<byte[]> full(ServerCall<byte[], byte[]> call, String why) {
    return Refusal.of(call, Status.RESOURCE_EXHAUSTED.withDescription(why + ": try again later"));
  }
}
