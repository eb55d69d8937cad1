package dev.grpcos.cli.session;

import static com.google.common.util.concurrent.MoreExecutors.directExecutor;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.call.CallbackQueue;
import dev.grpcos.cli.call.MeteredInput;
import dev.grpcos.cli.call.RequestThread;
import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.cli.output.SessionPrinter;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.cli.session.InputLines.InputLine;
import io.grpc.Channel;
import io.grpc.Context;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A run of a session. A thread of its own reads and parses lines; the caller's thread applies them,
 * and handles the events of all calls. So a reader of the output that is slow slows down the
 * servers and, through {@link LineRoom}, the input.
 */
public final class SessionRun {
  private final SessionSettings settings;
  private final CallbackQueue callbacks = new CallbackQueue();
  private final LineRoom room = new LineRoom();
  private final SessionPrinter printer;
  private final SessionCalls calls;
  private final LineParser parser;

  /**
   * Creates a run.
   *
   * @param source returns the current schema
   * @param channels returns the channel for calls of a method
   */
  public SessionRun(
      SessionSettings settings,
      Connection connection,
      Supplier<Schema> source,
      Function<MethodDescriptor, Channel> channels,
      SessionPrinter printer,
      ErrorOutput errors) {
    this.settings = settings;
    this.printer = printer;
    SessionCall.StatusOfCall explanation =
        (deadline, status, responses) -> CallScope.explain(connection, deadline, status, responses);
    this.calls =
        new SessionCalls(
            settings,
            callbacks,
            new SessionReport(printer, errors, settings, connection::explain),
            room,
            start -> new SessionCall(start, printer, room, explanation));
    this.parser =
        new LineParser(
            new SessionMethods(source, channels, settings.style(), settings.allowUnknownFields()),
            settings);
  }

  /**
   * Runs the session until its input has ended and its calls have ended, or a call has failed.
   *
   * @return the exit code of the first failure
   * @throws RuntimeException if the input cannot be read or the output cannot be written
   */
  public int run(MeteredInput input) {
    // Cancels the calls that are in flight when this block ends, for any reason.
    try (Context.CancellableContext context = Context.current().withCancellation()) {
      // A permanent listener, see MethodCaller.
      context.addListener(cancelled -> {}, directExecutor());
      Context previous = context.attach();
      RequestThread reader = reader(input);
      try {
        reader.start();
        callbacks.runUntil(
            calls::finished,
            () -> {
              room.settle();
              printer.flush();
            });
      } catch (RuntimeException e) {
        printLast(e);
        throw e;
      } finally {
        reader.stop();
        context.detach(previous);
      }
      printer.flush();
      if (calls.inputHasEnded()) {
        reader.rethrow();
      }
    }
    return calls.exitCode();
  }

  private RequestThread reader(MeteredInput input) {
    InputLines lines = new InputLines(input, settings.maxLine());
    return new RequestThread(
        "grpcos-session",
        () -> {
          InputLine line = lines.next();
          if (line == null) {
            return false;
          }
          if (!line.isBlank()) {
            int size = room.take(line.bytes().length);
            SessionLine parsed = parser.parse(line);
            callbacks.execute(() -> calls.apply(parsed, size));
          }
          input.release();
          return true;
        },
        () -> callbacks.execute(calls::inputEnded));
  }

  /** Prints the lines that were held at a failure, unless printing them fails. */
  private void printLast(RuntimeException failure) {
    try {
      printer.flush();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
