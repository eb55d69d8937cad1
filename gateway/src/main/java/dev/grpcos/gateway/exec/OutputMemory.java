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

  /** A quarter of the heap: what is collected is converted next, which takes more than that. */
  static OutputMemory ofHeap() {
    return new OutputMemory(Runtime.getRuntime().maxMemory() / 4);
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
