package dev.grpcos.cli.resident;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions that other threads or processes cause. */
public final class Eventually {
  private Eventually() {}

  /** A condition that becomes true. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  /** Waits until the condition is true, and fails with its name after the time limit. */
  public static void until(String what, Duration limit, Condition condition) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
