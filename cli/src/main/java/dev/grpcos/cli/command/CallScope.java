package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.invocation.Cancellation;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.schema.LookupDeadline;
import dev.grpcos.gateway.channel.FailureCause;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a command does on a connection, so that all its calls end with the caller and with the
 * command, and a failure says what the connection knows of it.
 */
final class CallScope {
  /** What is done on the connection; returns the exit code. */
  @FunctionalInterface
  interface Body {
    int run(Connection connection);
  }

  private CallScope() {}

  /**
   * Connects and runs the body.
   *
   * @param connector connects; the connection is closed with the scope
   * @param deadline how long lookups of descriptors may take, or null for the default
   */
  static int run(
      Invocation invocation,
      Supplier<Connection> connector,
      @Nullable Duration deadline,
      Body body) {
    Context.CancellableContext context = Context.current().withCancellation();
    Context lookups =
        deadline == null
            ? context
            : LookupDeadline.in(context, Deadline.after(deadline.toNanos(), TimeUnit.NANOSECONDS));
    Cancellation.Registration registration =
        invocation
            .cancellation()
            .onCancel(() -> context.cancel(new IllegalStateException("the caller is gone")));
    Context previous = lookups.attach();
    try (Connection connection = connector.get()) {
      return run(connection, deadline, body);
    } finally {
      lookups.detach(previous);
      registration.close();
      context.close();
    }
  }

  private static int run(Connection connection, @Nullable Duration deadline, Body body) {
    try {
      return body.run(connection);
    } catch (CallFailedException e) {
      Status explained = explain(connection, deadline, e.status(), 0);
      throw new CallFailedException(
          e.remedy().isEmpty()
              ? explained
              : explained.withDescription(explained.getDescription() + "; " + e.remedy()),
          e.trailers(),
          e.subject());
    }
  }

  /**
   * Returns the status with a description for the caller in place of gRPC's own.
   *
   * @param responses how many responses the call received before
   */
  static Status explain(
      Connection connection, @Nullable Duration deadline, Status status, long responses) {
    return deadline != null && FailureCause.DEADLINE_PASSED.matches(status)
        ? status.withDescription(late(deadline, responses) + "; allow more time with --deadline")
        : connection.explain(status);
  }

  private static String late(Duration deadline, long responses) {
    String time = DurationText.of(deadline);
    if (responses == 0) {
      return "no answer within " + time;
    }
    return "the deadline of %s passed after %d %s"
        .formatted(time, responses, responses == 1 ? "response" : "responses");
  }
}
