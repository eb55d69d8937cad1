package dev.grpcos.cli.command;

import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.Requests;
import dev.grpcos.cli.connection.Cancellation;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.output.BatchProgress;
import dev.grpcos.cli.output.BatchReport;
import dev.grpcos.cli.output.FailedRequests;
import dev.grpcos.cli.output.InterruptedBatch;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one command. If there are several, their progress is shown on a terminal, a signal
 * prints how many were made, and a summary of the failures follows.
 */
final class BatchRun implements AutoCloseable {
  private final CommandContext context;
  private final Requests requests;
  private final Set<Status.Code> accepted;
  private final BatchReport report;
  private Cancellation.@Nullable Registration interruption;
  private @Nullable BatchProgress progress;
  private @Nullable FailedRequests failures;

  /**
   * Creates the run, before its first call.
   *
   * @param printer prints the calls
   * @param accepted the codes that are not failures
   */
  BatchRun(
      CommandContext context, Requests requests, CallObservers printer, Set<Status.Code> accepted) {
    this.context = context;
    this.requests = requests;
    this.accepted = accepted;
    this.report = new BatchReport(printer, accepted, this::start);
  }

  /** Runs when it is known that there are several calls. */
  private void start() {
    Invocation invocation = context.invocation();
    InterruptedBatch interrupted = new InterruptedBatch(context.statusLine(), report, failures);
    interruption = invocation.whenInterrupted(interrupted, interrupted::get);
    // The terminal also shows what its user types.
    if (invocation.stderrKind() == StreamKind.TERMINAL
        && invocation.stdinKind() != StreamKind.TERMINAL
        && !"dumb".equals(invocation.environment("TERM"))) {
      progress =
          new BatchProgress(context.statusLine(), report, requests::share, invocation.columns());
    }
  }

  /**
   * Returns the observers of the calls.
   *
   * @param failed the file for the requests of failed calls; null for none
   * @param encoded the fields of requests that hold other messages
   * @throws CliException FAILURE if the file cannot be created
   */
  CallObservers observers(@Nullable String failed, PrintedTypes types, EncodedFields encoded) {
    if (failed == null) {
      return report;
    }
    OutputStream file;
    try {
      file = context.invocation().create(failed);
    } catch (IOException e) {
      throw CliException.failure(e, "--failed %s cannot be created: %s", failed, e.getMessage());
    }
    failures =
        new FailedRequests(
            report, accepted, new ResponseWriter(types, JsonStyle.COMPACT, encoded), file, failed);
    return failures;
  }

  /** Returns the counts of the calls. */
  BatchReport report() {
    return report;
  }

  /**
   * Writes the failed requests that are held, and ends the display of the progress.
   *
   * @throws CliException FAILURE if the file of failed requests cannot be written
   */
  @Override
  public void close() {
    try {
      if (failures != null) {
        failures.close();
      }
    } finally {
      if (progress != null) {
        progress.close();
      }
      if (interruption != null) {
        interruption.close();
      }
    }
  }
}
