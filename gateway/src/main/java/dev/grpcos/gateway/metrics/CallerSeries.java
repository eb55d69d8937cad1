package dev.grpcos.gateway.metrics;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts the calls of one user. Safe for use by any thread. */
final class CallerSeries {
  private final @Nullable Integer share;
  private final AtomicLong started = new AtomicLong();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong failed = new AtomicLong();
  private final CallTotals totals = new CallTotals();

  /** Creates a series of this user; null for all other users. */
  CallerSeries(@Nullable Integer share) {
    this.share = share;
  }

  void start() {
    started.incrementAndGet();
    inFlight.incrementAndGet();
  }

  void end() {
    inFlight.decrementAndGet();
  }

  void fail() {
    failed.incrementAndGet();
  }

  CallTotals totals() {
    return totals;
  }

  CallerCounts counts() {
    return new CallerCounts(share, started.get(), inFlight.get(), failed.get(), totals.ended());
  }
}
