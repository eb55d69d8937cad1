package dev.grpcos.cli.output;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** Shows the progress of a batch on a terminal, until it is closed. */
public final class BatchProgress implements AutoCloseable {
  private static final long PERIOD_MILLIS = 200;

  private final StatusLine line;
  private final BatchReport report;
  private final DoubleSupplier share;
  private final int columns;
  private final long startedAt = System.nanoTime();
  private final Thread thread = new Thread(this::run, "grpcos-progress");
  private boolean closed;

  /**
   * Starts to show the progress.
   *
   * @param share the share of the input that was read, or NaN if its size is not known
   * @param columns the width of the terminal
   */
  public BatchProgress(StatusLine line, BatchReport report, DoubleSupplier share, int columns) {
    this.line = line;
    this.report = report;
    this.share = share;
    this.columns = columns;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
        synchronized (this) {
          if (closed) {
            return;
          }
          line.show(text());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private String text() {
    double seconds = (System.nanoTime() - startedAt) / 1e9;
    return text(report.done(), report.failed(), seconds, share.getAsDouble(), columns - 1);
  }

  /** Returns the progress in at most this number of columns. */
  static String text(long done, long failed, double seconds, double share, int most) {
    String text =
        String.format(Locale.ROOT, "%d done, %d failed, %.0f/s", done, failed, done / seconds)
            + (Double.isNaN(share)
                ? ""
                : String.format(Locale.ROOT, ", %.0f%% of the input", Math.floor(100 * share)));
    return text.length() <= most ? text : text.substring(0, most);
  }

  /** Clears the line. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    thread.interrupt();
    line.hide();
  }
}
