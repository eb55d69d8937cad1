package dev.grpcos.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HistogramTest {
  @Test
  void boundBelongsToItsBucket() {
    Histogram sizes = new Histogram(Buckets.SIZE);
    sizes.add(0);
    sizes.add(1);
    sizes.add(1024);
    sizes.add(1025);
    sizes.add(Long.MAX_VALUE / 2);

    HistogramCounts counted = sizes.countsNow();
    assertThat(counted.counts()).hasSize(Buckets.SIZE.bounds().size() + 1).startsWith(1L, 2L, 1L);
    assertThat(counted.counts().get(Buckets.SIZE.bounds().size())).isEqualTo(1);
    assertThat(counted.sum()).isEqualTo(Long.MAX_VALUE / 2 + 2050);
  }

  @Test
  void durationsHaveTheBoundsOfTheSpecification() {
    assertThat(Buckets.DURATION.bounds())
        .startsWith(0L, 10_000L, 50_000L, 100_000L)
        .endsWith(50_000_000_000L, 100_000_000_000L)
        .hasSize(41)
        .isSorted();
  }

  @ParameterizedTest
  @MethodSource
  void everyBoundIsTheLargestValueOfItsBucket(Buckets buckets) {
    List<Long> bounds = buckets.bounds();
    for (int i = 0; i < bounds.size(); i++) {
      assertThat(buckets.indexOf(bounds.get(i))).isEqualTo(i);
      assertThat(buckets.indexOf(bounds.get(i) + 1)).isEqualTo(i + 1);
    }
    assertThat(buckets.indexOf(Long.MAX_VALUE)).isEqualTo(bounds.size());
  }

  static Stream<Buckets> everyBoundIsTheLargestValueOfItsBucket() {
    return Stream.of(Buckets.DURATION, Buckets.SIZE);
  }
}
