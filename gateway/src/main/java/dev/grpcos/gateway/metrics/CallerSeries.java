package dev.grpcos.gateway.metrics;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts the calls of one user. Safe for use by any thread. */
final class CallerSeries {
  private final @Nullable Integer share;
  private final CallCounter calls = new CallCounter();
  private final LongAdder failed = new LongAdder();
  private final CallTotals totals = new CallTotals();

  /** Creates a series of this user; null for all other users. */
  CallerSeries(@Nullable Integer share) {
    this.share = share;
  }

  void start() {
    calls.start();
  }

  void end() {
    calls.end();
  }

  void fail() {
    failed.increment();
  }

  CallTotals totals() {
    return totals;
  }

  long started() {
    return calls.started();
  }

  int inFlight() {
    return calls.inFlight();
  }

  long failed() {
    return failed.sum();
  }

  CallerCounts counts() {
    return new CallerCounts(share, started(), inFlight(), failed(), totals.ended());
  }
}
