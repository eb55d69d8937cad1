package dev.grpcos.gateway.tap;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps of calls on their way to the thread of the taps. Adding a step never waits, and wakes
 * no thread. Safe for use by any thread.
 */
final class TapQueue {
  private static final int MOST_STEPS = 16_384;

  private final Queue<TapStep> steps = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final LongSupplier most;

  /** Whether some tap can take more. */
  private volatile boolean open;

  /** Whether a thread takes the steps. */
  private volatile boolean used;

  /**
   * Creates a closed queue.
   *
   * @param most returns the maximum number of bytes
   */
  TapQueue(LongSupplier most) {
    this.most = most;
  }

  /** Lets the queue take steps, or stops it and removes all. */
  void use(boolean value) {
    used = value;
    open = value;
    TapStep removed;
    do {
      removed = value ? null : poll();
    } while (removed != null);
  }

  /** Opens the queue if some tap can take more, or closes it. */
  void open(boolean value) {
    open = value;
  }

  /** Returns whether there is room for this many bytes more. */
  boolean hasRoom(long size) {
    return open && count.get() < MOST_STEPS && bytes.get() + size <= most.getAsLong();
  }

  /** Adds a step; returns false if there is no room. */
  boolean offer(TapStep step) {
    if (!hasRoom(step.weight())) {
      return false;
    }
    add(step);
    return true;
  }

  /** Adds a step without regard to the room, if a thread takes the steps. */
  void add(TapStep step) {
    if (!used) {
      return;
    }
    count.incrementAndGet();
    bytes.addAndGet(step.weight());
    steps.add(step);
  }

  /** Returns the number of steps. */
  int size() {
    return count.get();
  }

  /** Removes the first step; returns null if there is none. */
  @Nullable TapStep poll() {
    TapStep step = steps.poll();
    if (step != null) {
      count.decrementAndGet();
      bytes.addAndGet(-step.weight());
    }
    return step;
  }
}
