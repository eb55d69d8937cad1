package dev.grpcos.cli.invocation;

import dev.grpcos.cli.connection.Cancellation;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What is done before a signal, or the loss of standard output's reader, ends a command. Safe for
 * use by any thread.
 */
public final class InterruptReports {
  private final List<InterruptReport> reports = new CopyOnWriteArrayList<>();

  private record InterruptReport(Supplier<String> text, Runnable readerLeft) {}

  /**
   * Adds a report after the others; the registration removes it.
   *
   * @param text makes what a signal prints
   * @param readerLeft runs if the reader leaves instead
   */
  public Cancellation.Registration add(Supplier<String> text, Runnable readerLeft) {
    InterruptReport report = new InterruptReport(text, readerLeft);
    reports.add(report);
    return () -> reports.remove(report);
  }

  public boolean isEmpty() {
    return reports.isEmpty();
  }

  /** Makes the texts for a signal. */
  public String text() {
    return reports.stream().map(each -> each.text().get()).collect(Collectors.joining());
  }

  /** Does what the loss of standard output's reader requires. */
  public void readerLeft() {
    reports.forEach(each -> each.readerLeft().run());
  }
}
