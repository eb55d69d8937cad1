package dev.grpcos.gateway.exec;

import io.grpc.ServerCall;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Passes the events of a call to its handler: on the call's event loop, in order, and never one
 * inside another.
 *
 * <p>The events of a call on the gateway's socket arrive on its loop and are not queued. The events
 * of an in-process call arrive on any thread, even while the handler processes an earlier one. An
 * event that fails ends the call. The status is RESOURCE_EXHAUSTED if the heap is exhausted.
 */
final class CallListener extends ServerCall.Listener<byte[]>
    implements Executor, OngoingCalls.Ongoing {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.exec");

  private final String method;
  private final EventLoop loop;
  private final AtomicInteger queued = new AtomicInteger();

  /** Set before the first event. */
  private @Nullable CallHandler handler;

  private boolean running;

  CallListener(String method, EventLoop loop) {
    this.method = method;
    this.loop = loop;
  }

  /** Begins the call with this handler. */
  void begin(CallHandler handler) {
    this.handler = handler;
    execute(handler::begin);
  }

  @Override
  public void onMessage(byte[] message) {
    execute(() -> handler().request(message));
  }

  @Override
  public void onHalfClose() {
    execute(handler()::requestsEnd);
  }

  @Override
  public void onReady() {
    execute(handler()::ready);
  }

  @Override
  public void onCancel() {
    execute(handler()::cancelled);
  }

  @Override
  public void onComplete() {
    execute(handler()::completed);
  }

  @Override
  public void abort(Status status) {
    execute(() -> handler().abort(status));
  }

  private CallHandler handler() {
    return Objects.requireNonNull(handler, "the call has not begun");
  }

  @Override
  public void execute(Runnable task) {
    if (loop.inEventLoop() && !running && queued.get() == 0) {
      run(task);
    } else {
      queued.incrementAndGet();
      loop.execute(
          () -> {
            queued.decrementAndGet();
            run(task);
          });
    }
  }

  private void run(Runnable task) {
    running = true;
    try {
      task.run();
    } catch (OutOfMemoryError e) {
      handler().abort(exhausted(method, e));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, method + " failed", e);
      handler().abort(Status.INTERNAL.withDescription("the gateway failed").withCause(e));
    } finally {
      running = false;
    }
  }

  /** Logs that the heap is exhausted, and returns the status of the call. */
  static Status exhausted(String method, OutOfMemoryError error) {
    String text =
        "%s: the gateway's memory is exhausted (%s); send or print less, or give the gateway more memory"
            .formatted(method, error.getMessage());
    LOG.log(Level.WARNING, text);
    return Status.RESOURCE_EXHAUSTED.withDescription(text);
  }
}
