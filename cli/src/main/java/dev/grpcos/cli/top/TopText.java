package dev.grpcos.cli.top;

import java.util.Locale;

/** The text of rows, in columns. */
final class TopText {
  private static final double KIBI = 1024;

  /** Stands for the characters that a name lacks. */
  private static final String CUT = "..";

  private TopText() {}

  /** Returns the headings of the columns before the name. */
  static String headings() {
    return "%9s %9s %8s %8s %8s %10s %10s"
        .formatted("CALLS/S", "ERRORS/S", "P50", "P99", "INFLIGHT", "RECEIVED/S", "SENT/S");
  }

  /** Returns the figures of a row below the headings. */
  static String figures(TopRow row) {
    return String.format(
        Locale.ROOT,
        "%9.1f %9.1f %8s %8s %8d %10s %10s",
        row.calls(),
        row.errors(),
        seconds(row.p50()),
        seconds(row.p99()),
        row.inFlight(),
        bytes(row.received()),
        bytes(row.sent()));
  }

  /** Returns the headings of fewer and narrower columns. */
  static String narrowHeadings() {
    return "%8s %7s %7s %7s %5s %8s".formatted("CALLS/S", "ERR/S", "P50", "P99", "OPEN", "BYTES/S");
  }

  /** Returns the figures of a row below the narrow headings. */
  static String narrowFigures(TopRow row) {
    return String.format(
        Locale.ROOT,
        "%8.1f %7.1f %7s %7s %5d %8s",
        row.calls(),
        row.errors(),
        seconds(row.p50()),
        seconds(row.p99()),
        row.inFlight(),
        bytes(row.received() + row.sent()));
  }

  /**
   * Returns a name with at most this many characters: without the package of a method, and without
   * its first characters if it is still too long.
   */
  static String name(String name, int most) {
    if (name.length() <= most) {
      return name;
    }
    String rest = name.substring(name.lastIndexOf('.', Math.max(0, name.indexOf('/'))) + 1);
    return rest.length() <= most
        ? rest
        : most <= CUT.length()
            ? rest.substring(0, most)
            : CUT + rest.substring(rest.length() - most + CUT.length());
  }

  /** Returns a duration with three digits and a unit; a dash if it is unknown. */
  static String seconds(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    if (value < 1e-3) {
      return String.format(Locale.ROOT, "%.0fus", value * 1e6);
    }
    return value < 1
        ? String.format(Locale.ROOT, value < 0.1 ? "%.1fms" : "%.0fms", value * 1e3)
        : String.format(Locale.ROOT, value < 100 ? "%.1fs" : "%.0fs", value);
  }

  /** Returns a size with a unit. */
  static String bytes(double value) {
    String[] units = {"B", "KiB", "MiB", "GiB"};
    double size = value;
    int unit = 0;
    while (size >= KIBI && unit < units.length - 1) {
      size /= KIBI;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit == 0 || size >= 100 ? "%.0f%s" : "%.1f%s", size, units[unit]);
  }
}
