package dev.grpcos.gateway.exec;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound on the heap memory for the collected output of all programs, so that excessive output
 * ends only its own call. Safe for use by any thread.
 */
final class OutputMemory {
  private final AtomicLong used = new AtomicLong();
  private final long most;

  OutputMemory(long most) {
    this.most = most;
  }

  /**
   * Creates a bound of a share of the heap. Converting a response takes up to five times the memory
   * of its text, and one response is converted at a time.
   */
  static OutputMemory ofHeap() {
    return new OutputMemory(Runtime.getRuntime().maxMemory() / 6);
  }

  /** Takes this many bytes. Returns false if less memory is left. */
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
