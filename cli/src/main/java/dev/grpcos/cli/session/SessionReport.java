package dev.grpcos.cli.session;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.SessionPrinter;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reports lines for which no call was made: on standard output if the line has an id, otherwise on
 * standard error.
 */
final class SessionReport {
  private final SessionPrinter printer;
  private final ErrorOutput errors;
  private final ResponseWriter writer;
  private final UnaryOperator<Status> explanation;

  SessionReport(
      SessionPrinter printer,
      ErrorOutput errors,
      SessionSettings settings,
      UnaryOperator<Status> explanation) {
    this.explanation = explanation;
    this.printer = printer;
    this.errors = errors;
    this.writer = new ResponseWriter(new PrintedTypes(null), settings.style());
  }

  /** Reports a line. */
  void refused(long line, @Nullable SessionId id, CliException problem) {
    if (id == null) {
      printer.flush();
      errors.failed(problem);
      return;
    }
    Metadata trailers =
        problem instanceof CallFailedException call
            ? Objects.requireNonNullElseGet(call.trailers(), Metadata::new)
            : new Metadata();
    printer.ended(id.json(), line, status(problem), null, trailers, Duration.ZERO, null, writer);
  }

  /** Returns the status for a problem on this side. */
  Status status(CliException problem) {
    if (problem instanceof CallFailedException call) {
      Status explained = explanation.apply(call.status());
      return call.remedy().isEmpty()
          ? explained
          : explained.withDescription(explained.getDescription() + "; " + call.remedy());
    }
    Status.Code code =
        problem.exitCode() == ExitCode.USAGE ? Status.Code.INVALID_ARGUMENT : Status.Code.UNKNOWN;
    return code.toStatus().withDescription(problem.getMessage());
  }
}
