package dev.grpcos.cli.output;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The text for a batch that a signal ends, in place of the progress. Before it is returned, the
 * requests of failed calls are written.
 *
 * @param line the line that may show the progress
 * @param failed the requests of failed calls, if they are kept
 */
public record InterruptedBatch(StatusLine line, BatchReport report, @Nullable FailedRequests failed)
    implements Supplier<String> {
  @Override
  public String get() {
    String clearing = line.end();
    String problem = failed == null ? "" : failed.interrupt();
    return clearing
        + (problem.isEmpty() ? "" : "grpcos: " + problem + "\n")
        + report.interruption().map(text -> text + "\n").orElse("");
  }
}
