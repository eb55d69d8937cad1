package dev.grpcos.gateway.exec;

import java.util.concurrent.atomic.AtomicInteger;

/** How many programs may run at once; the bound may change while some run. Safe for any thread. */
final class ProgramLimit {
  private final AtomicInteger running = new AtomicInteger();
  private volatile int most;

  ProgramLimit(int most) {
    this.most = most;
  }

  void bound(int value) {
    most = value;
  }

  /** Counts one more, unless there are as many as may be. */
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
