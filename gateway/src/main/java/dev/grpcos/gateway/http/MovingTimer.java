package dev.grpcos.gateway.http;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A timer that is set again for each phase of a connection. A later end costs nothing, because the
 * running timer is only replaced by one that expires earlier. Confined to the event loop.
 */
final class MovingTimer {
  private final EventExecutor loop;
  private final Runnable action;

  /** The time at which the action runs, in {@link System#nanoTime}; 0 for never. */
  private long deadline;

  private @Nullable Future<?> running;
  private long runningUntil;

  /** Creates a timer that is not set. */
  MovingTimer(EventExecutor loop, Runnable action) {
    this.loop = loop;
    this.action = action;
  }

  /** Runs the action after this time, instead of at the time that was set before. */
  void set(Duration time) {
    deadline = Math.max(1, System.nanoTime() + time.toNanos());
    if (running != null) {
      if (runningUntil - deadline <= 0) {
        return;
      }
      running.cancel(false);
    }
    schedule();
  }

  private void schedule() {
    runningUntil = deadline;
    running = loop.schedule(this::expire, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Runs the action, or continues to wait if the timer has been set in the meantime. */
  private void expire() {
    running = null;
    if (deadline == 0) {
      return;
    }
    if (deadline - System.nanoTime() > 0) {
      schedule();
    } else {
      deadline = 0;
      action.run();
    }
  }

  /** Does not run the action until the timer is set again. */
  void clear() {
    deadline = 0;
  }

  /** Clears the timer, and frees what it holds. */
  void cancel() {
    deadline = 0;
    if (running != null) {
      running.cancel(false);
      running = null;
    }
  }
}
