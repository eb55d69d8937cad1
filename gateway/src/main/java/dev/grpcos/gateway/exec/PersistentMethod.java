package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;
import dev.grpcos.gateway.call.Refusal;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A unary method whose calls are lines to processes that stay. */
final class PersistentMethod implements ServerCallHandler<byte[], byte[]> {
  /** What is done on the transport's thread, in bytes of a request and characters of a line. */
  private static final int SMALL = 16 * 1024;

  private final MethodText text;
  private final String program;
  private final @Nullable Duration deadline;
  private final CoProcessPool pool;
  private final ExecMethod.Surroundings surroundings;
  private final int concurrency;
  private final Semaphore calls;
  private final AtomicLong ids = new AtomicLong();

  /**
   * A method.
   *
   * @param concurrency how many calls may run or wait at once
   */
  PersistentMethod(
      MethodText text,
      ExecMethod.Handler handler,
      int concurrency,
      CoProcessPool pool,
      ExecMethod.Surroundings surroundings) {
    this.text = text;
    this.program = handler.command().get(0);
    this.deadline = handler.deadline();
    this.pool = pool;
    this.surroundings = surroundings;
    this.concurrency = concurrency;
    this.calls = new Semaphore(concurrency);
  }

  @Override
  public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
    if (!calls.tryAcquire()) {
      return Refusal.of(
          call,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "%s has %d calls already, as its concurrency says: try again later"
                  .formatted(call.getMethodDescriptor().getFullMethodName(), concurrency)));
    }
    Call begun = new Call(call, headers);
    if (!surroundings.calls().add(begun)) {
      calls.release();
      return Refusal.of(
          call,
          Status.UNAVAILABLE.withDescription(
              call.getMethodDescriptor().getFullMethodName() + " is not served any more"));
    }
    return begun.begin();
  }

  /** One call, which is over when its caller or its process says so, whoever is first. */
  private final class Call extends ServerCall.Listener<byte[]>
      implements CoProcessPool.Job, OngoingCalls.Ongoing {
    private final ServerCall<byte[], byte[]> call;
    private final Metadata headers;
    private final long id = ids.incrementAndGet();
    private final AtomicBoolean over = new AtomicBoolean();
    private final @Nullable Deadline callers = Context.current().getDeadline();
    private @Nullable Future<?> timer;
    private byte @Nullable [] request;
    private volatile String line = "";

    Call(ServerCall<byte[], byte[]> call, Metadata headers) {
      this.call = call;
      this.headers = headers;
    }

    ServerCall.Listener<byte[]> begin() {
      Duration most = deadline;
      if (most != null) {
        timer =
            surroundings
                .timers()
                .schedule(() -> expire(most), most.toMillis(), TimeUnit.MILLISECONDS);
      }
      // A second one would be the caller's mistake, which is told once it is asked for.
      call.request(2);
      return this;
    }

    @Override
    public void onMessage(byte[] message) {
      if (request != null) {
        failed(Status.INTERNAL.withDescription("one request is taken, and two came"));
      }
      request = message;
    }

    @Override
    public void onHalfClose() {
      byte[] message = request;
      if (message == null) {
        failed(Status.INTERNAL.withDescription("one request is taken, and none came"));
      } else if (message.length > SMALL) {
        surroundings.threads().execute(() -> submit(message));
      } else {
        submit(message);
      }
    }

    @Override
    public void onCancel() {
      if (end()) {
        pool.cancel(this);
      }
    }

    private void submit(byte[] message) {
      try {
        line =
            CoProcessLine.request(
                id,
                call.getMethodDescriptor().getFullMethodName(),
                PeerIdentity.of(call),
                headers,
                until(),
                text.request(message));
      } catch (StatusException e) {
        failed(e.getStatus());
        return;
      }
      if (over.get()) {
        return;
      }
      // A process that waits for work has read all that came before, so that a short line finds
      // room
      // on the way to it and writing does not block; all else is for a thread that may.
      if (line.length() > SMALL || !pool.offer(this)) {
        surroundings.threads().execute(() -> pool.submit(this));
      }
    }

    private @Nullable Instant until() {
      return callers == null
          ? null
          : Instant.now().plusNanos(callers.timeRemaining(TimeUnit.NANOSECONDS));
    }

    @Override
    public String line() {
      return line;
    }

    @Override
    public boolean answered(byte[] answer) {
      CoProcessLine.Answer read;
      try {
        read = CoProcessLine.answer(answer, id, text);
      } catch (BadOutputException e) {
        failed(Status.INTERNAL.withDescription(program + " " + e.getMessage()));
        return false;
      }
      if (end()) {
        ByteString response = read.response();
        if (response != null) {
          call.sendHeaders(read.headers());
          call.sendMessage(response.toByteArray());
        }
        call.close(read.status(), read.trailers());
      }
      return true;
    }

    @Override
    public void failed(Status status) {
      if (end()) {
        Refusal.close(call, status);
      }
    }

    private void expire(Duration most) {
      abort(
          Status.DEADLINE_EXCEEDED.withDescription(
              "%s took longer than its deadline of %d ms".formatted(program, most.toMillis())));
    }

    @Override
    public void abort(Status status) {
      if (end()) {
        Refusal.close(call, status);
        pool.cancel(this);
      }
    }

    /** Whether this is what ends the call. */
    private boolean end() {
      if (!over.compareAndSet(false, true)) {
        return false;
      }
      Future<?> pending = timer;
      if (pending != null) {
        pending.cancel(false);
      }
      calls.release();
      surroundings.calls().remove(this);
      return true;
    }
  }
}
