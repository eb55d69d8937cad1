package dev.grpcos.cli.top;

import dev.grpcos.gateway.text.DurationText;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The text of a screen: a summary, and tables of methods, callers and upstreams, cut to the size of
 * the terminal. A narrow terminal has fewer figures, so that there is room for names.
 *
 * @see <a href="https://invisible-island.net/xterm/ctlseqs/ctlseqs.html">Control sequences</a>
 */
public final class TopScreen {
  /** Shows the second screen, without a cursor. */
  public static final String ENTER = "\033[?1049h\033[?25l";

  /** Shows the first screen again, with a cursor. */
  public static final String LEAVE = "\033[?25h\033[?1049l";

  private static final String HOME = "\033[H";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";
  private static final String BOLD = "\033[1m";
  private static final String REVERSE = "\033[7m";
  private static final String PLAIN = "\033[m";

  /** Moves the cursor as far as possible, and makes the terminal report its position. */
  private static final String ASK_SIZE = "\0337\033[9999;9999H\033[6n\0338";

  /** The minimum columns of a terminal for all figures and a name. */
  private static final int WIDE = 110;

  /** The maximum number of lines of callers and of upstreams. */
  private static final int MOST_OTHERS = 6;

  private TopScreen() {}

  /**
   * Returns the text that replaces the content of the screen.
   *
   * @param order the order of the rows
   */
  public static String of(TopSample before, TopSample now, TopOrder order, TerminalSize size) {
    List<String> lines = new ArrayList<>();
    lines.add(BOLD + cut(summary(before, now), size) + PLAIN);
    lines.add(cut("sorted by " + order + "; keys: s sort, q quit", size));
    List<TopRow> callers = sorted(now.callers(before), order, MOST_OTHERS);
    List<TopRow> upstreams = sorted(now.upstreams(before), order, MOST_OTHERS);
    int others = table(callers) + table(upstreams);
    int forMethods = Math.max(1, size.rows() - lines.size() - 2 - others);
    add(lines, "METHOD", sorted(now.methods(before), order, forMethods), size);
    add(lines, "CALLER", callers, size);
    add(lines, "UPSTREAM", upstreams, size);
    StringBuilder text = new StringBuilder(ASK_SIZE).append(HOME);
    List<String> shown = lines.subList(0, Math.min(lines.size(), size.rows()));
    text.append(String.join(CLEAR_LINE + "\r\n", shown)).append(CLEAR_LINE);
    return text.append(shown.size() < size.rows() ? CLEAR_BELOW : "").toString();
  }

  private static String summary(TopSample before, TopSample now) {
    GetStatusResponse status = now.status();
    TopRow total = now.total(before);
    return String.format(
        Locale.ROOT,
        "%.1f calls/s, %.1f errors/s, %d in flight, %d connections, %s, up %s; pid %d, grpcos %s",
        total.calls(),
        total.errors(),
        total.inFlight(),
        status.getCalls().getConnections(),
        TopText.bytes((double) status.getMemory().getRssBytes()),
        DurationText.of(Duration.ofSeconds(status.getUptime().getSeconds())),
        status.getPid(),
        status.getVersions().getGrpcos());
  }

  /** Returns the number of lines of a table with its headings and the line before. */
  private static int table(List<TopRow> rows) {
    return rows.isEmpty() ? 0 : rows.size() + 2;
  }

  private static void add(List<String> lines, String name, List<TopRow> rows, TerminalSize size) {
    if (rows.isEmpty()) {
      return;
    }
    lines.add("");
    boolean wide = size.columns() >= WIDE;
    String headings = (wide ? TopText.headings() : TopText.narrowHeadings()) + "  ";
    int forName = Math.max(0, size.columns() - headings.length());
    lines.add(REVERSE + cut(headings + name, size) + PLAIN);
    for (TopRow row : rows) {
      String figures = wide ? TopText.figures(row) : TopText.narrowFigures(row);
      lines.add(cut(figures + "  " + TopText.name(row.name(), forName), size));
    }
  }

  private static List<TopRow> sorted(List<TopRow> rows, TopOrder order, int most) {
    return rows.stream().sorted(order.comparator()).limit(most).toList();
  }

  private static String cut(String line, TerminalSize size) {
    return line.length() <= size.columns() ? line : line.substring(0, size.columns());
  }
}
