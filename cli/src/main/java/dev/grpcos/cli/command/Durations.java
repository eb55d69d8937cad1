package dev.grpcos.cli.command;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations such as {@code 500ms}, {@code 30s}, {@code 1m30s} and {@code 2h}. */
final class Durations implements ITypeConverter<Duration> {
  private static final Pattern WHOLE = Pattern.compile("(\\d{1,9}(\\.\\d{1,9})?(ms|s|m|h))+");
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");

  @Override
  public Duration convert(String value) {
    if (!WHOLE.matcher(value).matches()) {
      throw new TypeConversionException(
          "'" + value + "' is no duration: give a number and a unit, as 500ms, 30s, 1m30s or 2h");
    }
    double seconds = 0;
    Matcher parts = PART.matcher(value);
    while (parts.find()) {
      double number = Double.parseDouble(parts.group(1));
      seconds +=
          switch (parts.group(2)) {
            case "ms" -> number / 1_000;
            case "s" -> number;
            case "m" -> number * 60;
            default -> number * 3_600;
          };
    }
    return Duration.ofNanos(Math.round(Math.min(seconds, 1e9) * 1e9));
  }

  /** The duration as a person writes it, in the largest unit that keeps it whole. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }
}
