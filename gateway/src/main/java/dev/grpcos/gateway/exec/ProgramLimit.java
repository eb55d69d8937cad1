package dev.grpcos.gateway.exec;

import java.util.concurrent.atomic.AtomicInteger;

/** Limits the number of running programs. The limit may change. Safe for use by any thread. */
final class ProgramLimit {
  private final AtomicInteger running = new AtomicInteger();
  private volatile int most;

  ProgramLimit(int most) {
    this.most = most;
  }

  void bound(int value) {
    most = value;
  }

  /** Counts one more program; returns false if the limit is reached. */
  boolean tryAcquire() {
    if (running.incrementAndGet() <= most) {
      return true;
    }
    running.decrementAndGet();
    return false;
  }

  void release() {
    running.decrementAndGet();
  }
}
