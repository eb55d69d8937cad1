package dev.grpcos.cli.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterLimitsTest {
  @ParameterizedTest
  @CsvSource({
    "128, 256, 1, 32",
    "128, 640, 2, 32",
    "256, 1024, 3, 45",
    "512, 2048, 4, 88",
    "1024, 4096, 4, 216",
    "6144, 24576, 4, 512",
    "64, 24576, 4, 32"
  })
  void processesTakeAQuarterOfTheMemory(long gateway, long memory, int processes, long heap) {
    FilterLimits limits = FilterLimits.of(gateway << 20, memory << 20);

    assertThat(limits.processes()).isEqualTo(processes);
    assertThat(limits.heap() >> 20).isEqualTo(heap);
  }

  @Test
  void limitsOfThisMachineAreKnown() {
    assertThat(FilterLimits.here().processes()).isBetween(1, 4);
  }
}
