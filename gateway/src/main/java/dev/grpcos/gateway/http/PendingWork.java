package dev.grpcos.gateway.http;

import dev.grpcos.gateway.limit.MessageMemory;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Work that waits for a thread, or runs on it, and then continues on an event loop. Safe for use by
 * any thread.
 */
final class PendingWork<T> implements Runnable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.http");

  private final FutureTask<T> task;
  private final EventExecutor loop;
  private final Consumer<? super T> then;
  private final Consumer<Status> failed;
  private final Consumer<Runnable> removal;
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * Creates work that has not begun.
   *
   * @param then receives the result on the loop
   * @param failed receives the status on the loop if the work or {@code then} fails
   * @param removal removes dropped work from the queue of the threads
   */
  PendingWork(
      WorkThreads.Work<T> work,
      EventExecutor loop,
      Consumer<? super T> then,
      Consumer<Status> failed,
      Consumer<Runnable> removal) {
    this.task =
        new FutureTask<>(work::result) {
          @Override
          protected void done() {
            if (!isCancelled()) {
              continueOnLoop();
            }
          }
        };
    this.loop = loop;
    this.then = then;
    this.failed = failed;
    this.removal = removal;
  }

  @Override
  public void run() {
    if (begun.compareAndSet(false, true)) {
      task.run();
    }
  }

  /**
   * Drops the work and what it holds, unless it has begun. Dropped work does not continue on the
   * loop.
   *
   * @return whether the work has not begun
   */
  boolean drop() {
    if (!begun.compareAndSet(false, true)) {
      return false;
    }
    task.cancel(false);
    removal.accept(this);
    return true;
  }

  private void continueOnLoop() {
    try {
      loop.execute(this::proceed);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "the connection's event loop has ended", e);
    }
  }

  private void proceed() {
    try {
      then.accept(task.get());
    } catch (ExecutionException e) {
      failed.accept(status(e.getCause()));
    } catch (RuntimeException | OutOfMemoryError e) {
      failed.accept(status(e));
    } catch (InterruptedException e) {
      throw new IllegalStateException("the result is complete", e);
    }
  }

  private static Status status(@Nullable Throwable failure) {
    if (failure instanceof StatusException e) {
      return e.getStatus();
    }
    if (failure instanceof StatusRuntimeException e) {
      return e.getStatus();
    }
    if (failure instanceof OutOfMemoryError) {
      return MessageMemory.EXHAUSTED; // the message is no longer reachable
    }
    LOG.log(System.Logger.Level.ERROR, "work for a call has failed", failure);
    return Status.INTERNAL.withDescription("the gateway has failed; its log has the reason");
  }
}
