package dev.grpcos.gateway.metrics;

import com.google.common.collect.ImmutableList;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * The upper bounds of the buckets of histograms, in ascending order.
 *
 * @see <a href="https://github.com/grpc/proposal/blob/master/A66-otel-stats.md">gRFC A66</a>
 */
public final class Buckets {
  /** Durations in nanoseconds. */
  public static final Buckets DURATION =
      new Buckets(
          DoubleStream.of(
                  0, 0.01, 0.05, 0.1, 0.3, 0.6, 0.8, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30,
                  40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650, 800, 1000, 2000,
                  5000, 10000, 20000, 50000, 100000)
              .mapToLong(millis -> Math.round(millis * 1e6)));

  /** Sizes in bytes. */
  public static final Buckets SIZE =
      new Buckets(
          LongStream.of(
              0, 1 << 10, 1 << 11, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24,
              1 << 26, 1 << 28, 1 << 30, 1L << 32));

  private final long[] bounds;

  /** The index of the bucket of the smallest positive value with this many bits, or else 0. */
  private final byte[] firstByBits = new byte[Long.SIZE + 1];

  private Buckets(LongStream bounds) {
    this.bounds = bounds.toArray();
    for (int bits = 1; bits < Long.SIZE; bits++) {
      firstByBits[bits] = (byte) indexFrom(0, 1L << (bits - 1));
    }
  }

  /** Returns the upper bounds, which belong to their buckets; a last bucket has no bound. */
  public ImmutableList<Long> bounds() {
    return LongStream.of(bounds).boxed().collect(ImmutableList.toImmutableList());
  }

  /** Returns the number of buckets. */
  int count() {
    return bounds.length + 1;
  }

  /** Returns the index of the bucket of a value, which is not negative. */
  int indexOf(long value) {
    return indexFrom(firstByBits[Long.SIZE - Long.numberOfLeadingZeros(value)], value);
  }

  private int indexFrom(int first, long value) {
    int index = first;
    while (index < bounds.length && value > bounds[index]) {
      index++;
    }
    return index;
  }
}
