package dev.grpcos.cli.resident;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process is about to do. */
public final class Eventually {
  private Eventually() {}

  /** What is waited for. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  /** Returns once the condition holds; fails, naming it, if it does not within the limit. */
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
