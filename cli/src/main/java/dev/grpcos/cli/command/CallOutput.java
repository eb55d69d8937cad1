package dev.grpcos.cli.command;

import dev.grpcos.cli.call.CallFigures;
import dev.grpcos.cli.call.CallObserver;
import dev.grpcos.cli.call.CallObservers;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.output.EnvelopePrinter;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.cli.output.ResponseForm;
import dev.grpcos.cli.output.ResponsePrinter;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.cli.output.StatusExplanation;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.Types;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

/** What one run of {@code grpcos call} prints of its calls, as its options say. */
final class CallOutput {
  /** Makes what prints the calls of one method. */
  private interface Printing {
    CallObservers of(Types types, String method, StatusExplanation explanation);
  }

  private final Printing printing;
  private final boolean tellsFailures;
  private final Set<Status.Code> accepted;
  private final long startedAt = System.nanoTime();
  private long calls;

  /**
   * Made before anything is called, so that mistakes are told first.
   *
   * @param accepted codes that are no failure
   * @param maxBytes how much JSON an envelope may hold
   * @throws CliException USAGE if the filter is none
   */
  CallOutput(
      CommandContext context, ResponseOptions options, Set<Status.Code> accepted, int maxBytes) {
    StandardOutput output = context.output();
    this.accepted = accepted;
    tellsFailures = options.envelope;
    if (options.envelope) {
      JsonSink sink = options.sink(context.invocation(), "envelope");
      printing =
          (types, method, explanation) ->
              new EnvelopePrinter(output, options.lines(types), sink, maxBytes, explanation);
    } else {
      Function<Types, ResponseForm> form = options.form(context.invocation());
      printing =
          (types, method, explanation) ->
              new ResponsePrinter(
                  output,
                  context.errors(),
                  form.apply(types),
                  types,
                  method,
                  accepted,
                  explanation);
    }
  }

  /** The observers of calls to one method. */
  CallObservers observers(Types types, String method, StatusExplanation explanation) {
    CallObservers printer = printing.of(types, method, explanation);
    return new CallObservers() {
      @Override
      public CallObserver started(long sequence) {
        calls++;
        return printer.started(sequence);
      }

      @Override
      public void idle() {
        printer.idle();
      }
    };
  }

  /**
   * Tells of a failure that came up outside of a call, as in connecting: it is the next call's.
   *
   * @return the exit code
   * @throws CallFailedException the failure, where it is not told on standard output
   */
  int failed(CallFailedException failure) {
    boolean isFailure = !accepted.contains(failure.status().getCode());
    if (!tellsFailures) {
      if (isFailure) {
        throw failure;
      }
      return ExitCode.OK;
    }
    Metadata trailers = failure.trailers();
    printing
        .of(new PrintedTypes(null), failure.subject(), (status, responses) -> status)
        .started(calls + 1)
        .closed(
            failure.status(),
            trailers == null ? new Metadata() : trailers,
            new CallFigures(
                Duration.ofNanos(System.nanoTime() - startedAt), null, Duration.ZERO, 0, 0, 0));
    return isFailure ? failure.exitCode() : ExitCode.OK;
  }
}
