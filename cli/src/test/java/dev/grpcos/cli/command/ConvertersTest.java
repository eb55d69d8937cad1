package dev.grpcos.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Tests option values: durations and sizes. */
final class ConvertersTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "30s, PT30S",
    "1.5s, PT1.5S",
    "1m30s, PT1M30S",
    "2h, PT2H",
    "0s, PT0S"
  })
  void durationIsNumbersWithUnits(String text, Duration duration) {
    assertThat(new DurationConverter().convert(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-1s", "1s ", "1d", "1,5s", "99999999999s"})
  void durationWithoutAUnitOrANumberIsRefused(String text) {
    assertThatThrownBy(() -> new DurationConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("1m30s");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "4096, 4096",
    "64KiB, 65536",
    "10MB, 10000000",
    "1GiB, 1073741824",
    "2147483647, 2147483647"
  })
  void sizeIsBytesOrHasAUnit(String text, int bytes) {
    assertThat(new Sizes().convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "0", "2147483648", "2GiB", "1 KiB", "1.5"})
  void sizeAboveTheMaximumOfMessagesIsRefused(String text) {
    assertThatThrownBy(() -> new Sizes().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
