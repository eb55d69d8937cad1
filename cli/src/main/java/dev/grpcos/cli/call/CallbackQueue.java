package dev.grpcos.cli.call;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a call's callbacks on the thread that waits for it, so that printing a response delays the
 * next one and needs no lock. The responses that the call has requested bound the queue.
 */
public final class CallbackQueue implements Executor {
  /**
   * The number of callbacks without a pause after which the stream counts as fast, so that more
   * callbacks are likely.
   */
  private static final int FAST = 64;

  /**
   * The pause after all callbacks of a fast stream are handled, in nanoseconds. Waiting for each
   * callback would cost both threads more than the callback itself.
   */
  private static final long NAP = 200_000;

  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

  /** The callbacks taken from the queue in one step, so that a fast stream needs few hand-overs. */
  private final Deque<Runnable> taken = new ArrayDeque<>();

  @Override
  public void execute(Runnable callback) {
    queue.add(callback);
  }

  /**
   * Runs callbacks until the condition is true; only a callback can make it true.
   *
   * @param idle runs before each wait for a callback
   */
  public void runUntil(BooleanSupplier condition, Runnable idle) {
    boolean interrupted = false;
    int unbroken = 0;
    while (!condition.getAsBoolean()) {
      try {
        Runnable callback = next();
        if (callback == null && unbroken >= FAST) {
          LockSupport.parkNanos(this, NAP);
          callback = next();
          unbroken = 0;
        }
        if (callback == null) {
          idle.run();
          callback = queue.take();
          unbroken = 0;
        }
        unbroken++;
        callback.run();
      } catch (InterruptedException e) {
        // A deadline or a context ends calls; the interrupt status is restored for the caller.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Runnable next() {
    if (taken.isEmpty()) {
      queue.drainTo(taken);
    }
    return taken.poll();
  }
}
