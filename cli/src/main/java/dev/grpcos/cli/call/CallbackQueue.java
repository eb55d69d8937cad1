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
final class CallbackQueue implements Executor {
  /** After this many callbacks without a pause the stream is fast, and more are about to arrive. */
  private static final int FAST = 64;

  /**
   * How long to pause once all callbacks of a fast stream are handled, in nanoseconds. Waiting for
   * each callback would cost both threads more than the callback itself.
   */
  private static final long NAP = 200_000;

  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

  /** The content of the queue, taken at once, so that a fast stream needs few hand-overs. */
  private final Deque<Runnable> taken = new ArrayDeque<>();

  @Override
  public void execute(Runnable callback) {
    queue.add(callback);
  }

  /**
   * Runs callbacks until the condition holds, which only a callback can change.
   *
   * @param idle runs each time before this waits for a callback
   */
  void runUntil(BooleanSupplier condition, Runnable idle) {
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
        // A deadline or a context ends calls; the interrupt is kept for the caller.
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
