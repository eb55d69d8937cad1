package dev.grpcos.gateway.metrics;

import java.util.List;

/**
 * A number of values by size.
 *
 * @param sum the sum of the values
 * @param counts the number of values in each bucket, see {@link Buckets}
 */
public record HistogramCounts(long sum, List<Long> counts) {
  public HistogramCounts {
    counts = List.copyOf(counts);
  }
}
