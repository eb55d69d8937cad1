package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketCaller;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of a call: its identity, and the headers, responses and status that it gets.
 * Confined to the call's event loop, except for the constructor, which must run in the call's
 * context.
 */
final class Caller {
  private final ServerCall<byte[], byte[]> call;
  private final Metadata headers;
  private final MethodProgram program;
  private final EventLoop loop;
  private final Executor tasks;
  private final Runnable ended;
  private final PeerIdentity peer;
  private final boolean reserve;
  private final @Nullable Path socket;
  private final @Nullable Instant callersDeadline;
  private final @Nullable Instant methodsDeadline;

  private @Nullable Future<?> timer;
  private boolean open = true;
  private boolean headersSent;
  private boolean finished;

  /**
   * Creates the caller of a method.
   *
   * @param tasks runs tasks of this call on its loop
   * @param ended runs once, when the call and its program have ended
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
    SocketCaller caller = SocketCaller.of(call);
    peer = caller.peer();
    reserve = caller.hasReserve();
    socket = caller.socket().unixPath();
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

  /** Returns whether the call may use what is reserved for the owner of the gateway. */
  boolean hasReserve() {
    return reserve;
  }

  /** Returns the socket through which the call came; null if it came over TCP. */
  @Nullable Path socket() {
    return socket;
  }

  Metadata headers() {
    return headers;
  }

  /** Returns the caller's own deadline. */
  @Nullable Instant callersDeadline() {
    return callersDeadline;
  }

  /** Returns the earlier of the caller's deadline and the method's deadline. */
  @Nullable Instant deadline() {
    return callersDeadline == null
            || (methodsDeadline != null && methodsDeadline.isBefore(callersDeadline))
        ? methodsDeadline
        : callersDeadline;
  }

  /** Starts the timer for the method's deadline, which ends the call by {@code expired}. */
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

  /** Returns whether the call is open: it has no status yet. */
  boolean isOpen() {
    return open;
  }

  /** Returns whether the transport would send a response immediately. */
  boolean isReady() {
    return call.isReady();
  }

  void request(int messages) {
    if (open) {
      call.request(messages);
    }
  }

  /** Sends the headers, unless they are already sent. */
  void sendHeaders(Metadata metadata) {
    if (open && !headersSent) {
      headersSent = true;
      call.sendHeaders(metadata);
    }
  }

  /** Sends a response, and the headers before the first. */
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

  /** Ends the call with a status of the gateway itself. */
  void fail(Status status) {
    if (open) {
      open = false;
      Refusal.close(call, status);
    }
  }

  /** Records that the caller has left. */
  void left() {
    open = false;
  }

  /** Releases the resources of the call after the call and its program have ended. */
  void end() {
    if (finished) {
      return;
    }
    finished = true;
    if (timer != null) {
      timer.cancel(false);
    }
    ended.run();
  }
}
