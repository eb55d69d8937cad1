package dev.grpcos.gateway.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/** Counts values by size. Safe for use by any thread. */
final class Histogram {
  private final Buckets buckets;

  /** The number of values in each bucket, and the sum of all values. */
  private final AtomicLongArray numbers;

  Histogram(Buckets buckets) {
    this.buckets = buckets;
    numbers = new AtomicLongArray(buckets.count() + 1);
  }

  /** Adds a value, which is not negative. */
  void add(long value) {
    numbers.incrementAndGet(buckets.indexOf(value));
    numbers.addAndGet(buckets.count(), value);
  }

  /** Returns the values so far. Values that are added at the same time may be missing in part. */
  HistogramCounts countsNow() {
    return new HistogramCounts(
        numbers.get(buckets.count()),
        LongStream.range(0, buckets.count()).map(i -> numbers.get((int) i)).boxed().toList());
  }
}
