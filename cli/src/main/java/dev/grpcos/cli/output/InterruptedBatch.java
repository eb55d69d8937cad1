package dev.grpcos.cli.output;

import java.util.function.Supplier;

/**
 * The text for a batch that a signal ends, in place of the progress.
 *
 * @param line the line that may show the progress
 */
public record InterruptedBatch(StatusLine line, BatchReport report) implements Supplier<String> {
  @Override
  public String get() {
    return line.clearing() + report.interruption().map(text -> text + "\n").orElse("");
  }
}
