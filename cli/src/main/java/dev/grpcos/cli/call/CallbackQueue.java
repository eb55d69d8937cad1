package dev.grpcos.cli.call;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings a call's callbacks to the thread that waits for it, so that printing a response holds back
 * the next one and needs no lock. What is queued is bounded by what the call has asked for.
 */
final class CallbackQueue implements Executor {
  /** So many callbacks without a pause are a fast stream, of which more is about to come. */
  private static final int FAST = 64;

  /**
   * How long a fast stream is left alone once all of it that came was handled, in nanoseconds:
   * waiting for each callback would cost both threads more than the callback itself.
   */
  private static final long NAP = 200_000;

  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();

  /** What was in the queue, taken from it all at once: a fast stream then costs few hand-overs. */
  private final Deque<Runnable> taken = new ArrayDeque<>();

  @Override
  public void execute(Runnable callback) {
    queue.add(callback);
  }

  /**
   * Runs callbacks until the condition holds, which only a callback can bring about.
   *
   * @param idle is run each time before this waits for a callback
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
        // Calls end by their deadline or their context; an interrupt is kept for the caller.
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
