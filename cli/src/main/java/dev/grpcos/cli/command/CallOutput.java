package dev.grpcos.cli.command;

import com.google.common.base.Suppliers;
import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.call.NumberedRequest;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.output.BatchReport;
import dev.grpcos.cli.output.EnvelopePrinter;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.ResponseForm;
import dev.grpcos.cli.output.ResponsePrinter;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.cli.output.StatusExplanation;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.Types;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The output of one run of {@code grpcos call}, in the form that its options select. */
final class CallOutput {
  /** Creates the printer for the calls of one method. */
  private interface Printing {
    CallObservers of(
        Types types, EncodedFields encoded, String method, StatusExplanation explanation);
  }

  private final CommandContext context;
  private final Supplier<Printing> printing;
  private final boolean printsFailures;
  private final Set<Status.Code> accepted;
  private final long startedAt = System.nanoTime();
  private long calls;

  /**
   * Creates the output, without the filter.
   *
   * @param accepted the codes that are not failures
   * @param maxBytes the maximum size of an envelope's JSON
   */
  CallOutput(
      CommandContext context, ResponseOptions options, Set<Status.Code> accepted, int maxBytes) {
    this.context = context;
    this.accepted = accepted;
    printsFailures = options.envelope;
    printing = Suppliers.memoize(() -> printing(context, options, accepted, maxBytes));
  }

  private static Printing printing(
      CommandContext context, ResponseOptions options, Set<Status.Code> accepted, int maxBytes) {
    StandardOutput output = context.output();
    if (options.envelope) {
      JsonSink sink = options.sink(context.invocation(), "envelope");
      return (types, encoded, method, explanation) ->
          new EnvelopePrinter(output, options.lines(types, encoded), sink, maxBytes, explanation);
    }
    BiFunction<Types, EncodedFields, ResponseForm> form = options.form(context.invocation());
    return (types, encoded, method, explanation) ->
        new ResponsePrinter(
            output,
            context.errors(),
            form.apply(types, encoded),
            types,
            method,
            accepted,
            explanation);
  }

  /**
   * Compiles the filter, before anything is read or written.
   *
   * @throws CliException USAGE if it is invalid
   */
  void prepare() {
    Printing unused = printing.get();
  }

  /**
   * Returns the observers for the calls of one method.
   *
   * @param encoded the fields of responses that hold other messages
   */
  CallObservers observers(
      Types types, EncodedFields encoded, String method, StatusExplanation explanation) {
    CallObservers printer = printing.get().of(types, encoded, method, explanation);
    return new CallObservers() {
      @Override
      public CallObserver started(NumberedRequest request) {
        calls++;
        return printer.started(request);
      }

      @Override
      public void idle() {
        printer.idle();
      }
    };
  }

  /** Reports the failures of a batch, unless they are printed for programs. */
  void ended(BatchReport report) {
    if (!printsFailures) {
      report.summary().ifPresent(context.errors()::summary);
    }
  }

  /**
   * Reports a failure outside of a call, for example to connect, as the failure of the next call.
   *
   * @return the exit code
   * @throws CallFailedException the failure, if it is not reported on standard output
   */
  int failed(CallFailedException failure) {
    boolean isFailure = !accepted.contains(failure.status().getCode());
    if (!printsFailures) {
      if (isFailure) {
        throw failure;
      }
      return ExitCode.OK;
    }
    Metadata trailers = failure.trailers();
    printing
        .get()
        .of(
            new PrintedTypes(null),
            EncodedFields.NONE,
            failure.subject(),
            (status, responses) -> status)
        .started(new NumberedRequest(calls + 1))
        .closed(
            failure.status(),
            trailers == null ? new Metadata() : trailers,
            new CallFigures(
                Duration.ofNanos(System.nanoTime() - startedAt), null, Duration.ZERO, 0, 0, 0));
    return isFailure ? failure.exitCode() : ExitCode.OK;
  }
}
