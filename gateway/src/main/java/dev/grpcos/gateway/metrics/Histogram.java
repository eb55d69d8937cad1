package dev.grpcos.gateway.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts values by size. Safe for use by any thread. */
final class Histogram {
  private final Buckets buckets;

  /** The number of values in each bucket. */
  private final LongAdder[] numbers;

  private final LongAdder sum = new LongAdder();

  Histogram(Buckets buckets) {
    this.buckets = buckets;
    numbers = Stream.generate(LongAdder::new).limit(buckets.count()).toArray(LongAdder[]::new);
  }

  /** Adds a value, which is not negative. */
  void add(long value) {
    numbers[buckets.indexOf(value)].increment();
    sum.add(value);
  }

  /** Returns the values so far. Values that are added at the same time may be missing in part. */
  HistogramCounts countsNow() {
    return new HistogramCounts(sum.sum(), Stream.of(numbers).map(LongAdder::sum).toList());
  }
}
