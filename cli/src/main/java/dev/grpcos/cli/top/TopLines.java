package dev.grpcos.cli.top;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The lines of {@code --batch}: one for each interval, with the first method in the order. */
public final class TopLines {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private TopLines() {}

  /** Returns the headings of the columns. */
  public static String headings() {
    return "TIME     " + TopText.headings() + "  METHOD";
  }

  /**
   * Returns the line of an interval.
   *
   * @param order selects the method that the line names; a dash if no method was called
   */
  public static String line(LocalTime time, TopSample before, TopSample now, TopOrder order) {
    String method =
        now.methods(before).stream()
            .filter(row -> row.calls() > 0 || row.inFlight() > 0)
            .min(order.comparator())
            .map(TopRow::name)
            .orElse("-");
    return TIME.format(time) + " " + TopText.figures(now.total(before)) + "  " + method;
  }
}
