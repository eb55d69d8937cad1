package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of a call: who calls, and what is sent back, once. Confined to the call's event
 * loop, but for its constructor, which belongs in the call's context.
 */
final class Caller {
  private final ServerCall<byte[], byte[]> call;
  private final Metadata headers;
  private final MethodProgram program;
  private final EventLoop loop;
  private final Executor tasks;
  private final Runnable ended;
  private final PeerIdentity peer;
  private final @Nullable Instant callersDeadline;
  private final @Nullable Instant methodsDeadline;

  private @Nullable Future<?> timer;
  private boolean open = true;
  private boolean headersSent;
  private boolean over;

  /**
   * The caller of a method.
   *
   * @param tasks runs tasks of this call on its loop
   * @param ended runs once, when nothing of the call or its program is left
   */
  Caller(
      ServerCall<byte[], byte[]> call,
      Metadata headers,
      MethodProgram program,
      EventLoop loop,
      Executor tasks,
      Runnable ended) {
    this.call = call;
    this.headers = headers;
    this.program = program;
    this.loop = loop;
    this.tasks = tasks;
    this.ended = ended;
    peer = PeerIdentity.of(call);
    Instant now = Instant.now();
    Duration most = program.deadline();
    methodsDeadline = most == null ? null : now.plus(most);
    Deadline deadline = Context.current().getDeadline();
    callersDeadline =
        deadline == null ? null : now.plusNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }

  MethodProgram program() {
    return program;
  }

  EventLoop loop() {
    return loop;
  }

  Executor tasks() {
    return tasks;
  }

  PeerIdentity peer() {
    return peer;
  }

  Metadata headers() {
    return headers;
  }

  /** The caller's own deadline. */
  @Nullable Instant callersDeadline() {
    return callersDeadline;
  }

  /** The earlier of the caller's deadline and the method's. */
  @Nullable Instant deadline() {
    return callersDeadline == null
            || (methodsDeadline != null && methodsDeadline.isBefore(callersDeadline))
        ? methodsDeadline
        : callersDeadline;
  }

  /** Has the method's deadline end the call by {@code expired}. */
  void limitTime(CallHandler handler) {
    Duration most = program.deadline();
    if (most != null) {
      Status late =
          Status.DEADLINE_EXCEEDED.withDescription(
              "%s took longer than its deadline of %d ms"
                  .formatted(program.name(), most.toMillis()));
      timer =
          loop.schedule(
              () -> tasks.execute(() -> handler.abort(late)),
              most.toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  /** Whether the call goes on: it has no status yet. */
  boolean isOpen() {
    return open;
  }

  /** Whether a response would leave at once. */
  boolean isReady() {
    return call.isReady();
  }

  void request(int messages) {
    if (open) {
      call.request(messages);
    }
  }

  /** Sends the headers, unless they have been sent. */
  void sendHeaders(Metadata metadata) {
    if (open && !headersSent) {
      headersSent = true;
      call.sendHeaders(metadata);
    }
  }

  /** Sends a response, after the headers. */
  void send(byte[] response) {
    if (open) {
      call.sendMessage(response);
    }
  }

  /** Ends the call with the program's status. */
  void close(Status status, Metadata trailers) {
    if (open) {
      open = false;
      call.close(status, trailers);
    }
  }

  /** Ends the call with a status of the gateway's own. */
  void fail(Status status) {
    if (open) {
      open = false;
      Refusal.close(call, status);
    }
  }

  /** Notes that the caller has left. */
  void left() {
    open = false;
  }

  /** Gives back what the call holds: it has ended, and so has its program. */
  void end() {
    if (over) {
      return;
    }
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
    ended.run();
  }
}
