package dev.grpcos.cli.grpcurl;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The times of {@code -vv}: of the whole command and of its phases. */
public final class GrpcurlTiming {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  private final long startedAt = System.nanoTime();
  private final List<String> phases = new ArrayList<>();

  /** Adds a phase that began at a time and ends now, and its only part. */
  public void add(String phase, long from, String... parts) {
    String time = text(System.nanoTime() - from);
    phases.add("  " + phase + ": " + time);
    for (String part : parts) {
      phases.add("    " + part + ": " + time);
    }
  }

  /** Returns the lines up to now, without a line feed at their end. */
  public String text() {
    phases.add(0, "Timing Data: " + text(System.nanoTime() - startedAt));
    return String.join("\n", phases);
  }

  /** Returns a duration as Go prints it, such as {@code 1.5ms}. */
  static String text(long nanos) {
    if (nanos < MICRO) {
      return nanos == 0 ? "0s" : nanos + "ns";
    } else if (nanos < MILLI) {
      return number(nanos, 3) + "µs";
    } else if (nanos < SECOND) {
      return number(nanos, 6) + "ms";
    }
    long minutes = nanos / (60 * SECOND);
    String seconds = number(nanos % (60 * SECOND), 9) + "s";
    return minutes == 0
        ? seconds
        : (minutes >= 60 ? minutes / 60 + "h" : "") + minutes % 60 + "m" + seconds;
  }

  private static String number(long nanos, int places) {
    BigDecimal number = BigDecimal.valueOf(nanos, places);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
