package dev.grpcos.gateway.metrics;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts calls that start and end.
 *
 * <p>Event loops on several processors count at the same time. With adders they do not wait for
 * each other's processor cache. Safe for use by any thread.
 */
final class CallCounter {
  private final LongAdder started = new LongAdder();
  private final LongAdder ended = new LongAdder();

  void start() {
    started.increment();
  }

  void end() {
    ended.increment();
  }

  /** Returns the number of calls so far. */
  long started() {
    return started.sum();
  }

  /** Returns the number of calls that have not ended; one that ends at the same time may count. */
  int inFlight() {
    long before = ended.sum(); // first, so that no call in flight is missing
    return (int) (started.sum() - before);
  }
}
