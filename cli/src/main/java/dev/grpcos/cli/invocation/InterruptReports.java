package dev.grpcos.cli.invocation;

import dev.grpcos.cli.connection.Cancellation;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The texts that a signal prints before it ends a command. Safe for use by any thread. */
public final class InterruptReports {
  private final List<Supplier<String>> reports = new CopyOnWriteArrayList<>();

  /** Adds a text after the others; the registration removes it. */
  public Cancellation.Registration add(Supplier<String> report) {
    reports.add(report);
    return () -> reports.remove(report);
  }

  public boolean isEmpty() {
    return reports.isEmpty();
  }

  /** Makes the texts. */
  public String text() {
    return reports.stream().map(Supplier::get).collect(Collectors.joining());
  }
}
