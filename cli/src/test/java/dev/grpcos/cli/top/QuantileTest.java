package dev.grpcos.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuantileTest {
  private static final List<Double> BOUNDS = List.of(1.0, 2.0, 4.0);

  private static double of(double part, long... counts) {
    return Quantile.of(part, counts, BOUNDS);
  }

  @Test
  void valuesOfABucketAreEvenlySpread() {
    assertThat(of(0.5, 0, 0, 10, 0)).isEqualTo(3.0);
    assertThat(of(0.5, 10, 10, 0, 0)).isEqualTo(1.0);
    assertThat(of(0.99, 98, 0, 2, 0)).isCloseTo(3.0, within(1e-9));
    assertThat(of(1, 1, 0, 0, 0)).isEqualTo(1.0);
  }

  @Test
  void valuesWithoutABoundCountAsTheLastBound() {
    assertThat(of(0.5, 0, 0, 0, 7)).isEqualTo(4.0);
  }

  @Test
  void nothingHasNoQuantile() {
    assertThat(of(0.5, 0, 0, 0, 0)).isNaN();
  }
}
