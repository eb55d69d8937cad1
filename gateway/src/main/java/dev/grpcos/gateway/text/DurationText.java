package dev.grpcos.gateway.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in text: {@code 500ms}, {@code 30s}, {@code 1m30s}, {@code 2h}. */
public final class DurationText {
  /** The remedy for text that is not a duration. */
  public static final String FORM = "give a number and a unit, as 500ms, 30s, 1m30s or 2h";

  private static final Pattern WHOLE = Pattern.compile("(\\d{1,9}(\\.\\d{1,9})?(ms|s|m|h))+");
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");
  private static final BigDecimal MOST_NANOS = BigDecimal.valueOf(1_000_000_000_000_000_000L);

  private DurationText() {}

  /** Parses a duration. Durations of more than 30 years are reduced to about 30 years. */
  public static Optional<Duration> parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      BigDecimal number = new BigDecimal(parts.group(1));
      nanos = nanos.add(number.multiply(BigDecimal.valueOf(nanosIn(parts.group(2)))));
    }
    return Optional.of(Duration.ofNanos(nanos.min(MOST_NANOS).longValue()));
  }

  /** Returns the duration in seconds, or in milliseconds if it is not whole in seconds. */
  public static String of(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }

  private static long nanosIn(String unit) {
    return switch (unit) {
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      default -> 3_600_000_000_000L;
    };
  }
}
