package dev.grpcos.gateway.exec;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the heap that the output of all programs takes while it is collected, so that a flood ends
 * its own call and not the gateway. Safe for use by any thread.
 */
final class OutputMemory {
  private final AtomicLong used = new AtomicLong();
  private final long most;

  OutputMemory(long most) {
    this.most = most;
  }

  /**
   * A share of the heap: converting a response takes up to five times the memory of its text, and
   * one is converted at a time.
   */
  static OutputMemory ofHeap() {
    return new OutputMemory(Runtime.getRuntime().maxMemory() / 6);
  }

  /** Takes this many bytes; false if there are not as many left. */
  boolean tryAcquire(long bytes) {
    if (used.addAndGet(bytes) <= most) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  void release(long bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }
}
