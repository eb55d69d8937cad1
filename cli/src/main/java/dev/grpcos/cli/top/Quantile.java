package dev.grpcos.cli.top;

import java.util.List;

/** Estimates quantiles of durations of which only the numbers in buckets are known. */
final class Quantile {
  private Quantile() {}

  /**
   * Returns the value below which this part of the durations lies, as if those of a bucket were
   * evenly spread; NaN if there are none. Durations above the last bound count as that bound.
   *
   * @param part between 0 and 1
   * @param counts the number of durations in each bucket
   * @param bounds the upper bounds of all buckets but the last
   */
  static double of(double part, long[] counts, List<Double> bounds) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    if (total == 0) {
      return Double.NaN;
    }
    double rank = part * total;
    long below = 0;
    for (int i = 0; i < bounds.size(); i++) {
      if (counts[i] > 0 && below + counts[i] >= rank) {
        double low = i == 0 ? 0 : bounds.get(i - 1);
        return low + (bounds.get(i) - low) * (rank - below) / counts[i];
      }
      below += counts[i];
    }
    return bounds.get(bounds.size() - 1);
  }
}
