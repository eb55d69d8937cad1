package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CallFailedException;
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
 * Runs a part of a command on a connection: all its calls end with the caller and with the command,
 * and the status of a failed call gets the description that the connection knows.
 */
public final class CallScope {
  /** The part of the command; returns the exit code. */
  @FunctionalInterface
  public interface Body {
    int run(Connection connection);
  }

  private CallScope() {}

  /**
   * Connects, runs the body and returns its exit code.
   *
   * @param caller ends the calls when it is gone
   * @param connector opens the connection, which is closed after the body
   * @param deadline the longest time for descriptor lookups, or null for the default
   */
  public static int run(
      Cancellation caller, Supplier<Connection> connector, @Nullable Duration deadline, Body body) {
    Context.CancellableContext context = Context.current().withCancellation();
    Context lookups =
        deadline == null
            ? context
            : LookupDeadline.in(context, Deadline.after(deadline.toNanos(), TimeUnit.NANOSECONDS));
    Cancellation.Registration registration =
        caller.onCancel(() -> context.cancel(new IllegalStateException("the caller is gone")));
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
      CallFailedException explained =
          new CallFailedException(
              explain(connection, deadline, e.status(), 0), e.trailers(), e.subject());
      throw e.remedy().isEmpty() ? explained : explained.advising(e.remedy());
    }
  }

  /**
   * Returns the status with a description for the user instead of gRPC's.
   *
   * @param responses the number of responses that the call received before
   */
  public static Status explain(
      Connection connection, @Nullable Duration deadline, Status status, long responses) {
    return deadline != null && FailureCause.DEADLINE_PASSED.matches(status)
        ? status.withDescription(
            deadlineMessage(deadline, responses) + "; allow more time with --deadline")
        : connection.explain(status);
  }

  private static String deadlineMessage(Duration deadline, long responses) {
    String time = DurationText.of(deadline);
    if (responses == 0) {
      return "no answer within " + time;
    }
    return "the deadline of %s passed after %d %s"
        .formatted(time, responses, responses == 1 ? "response" : "responses");
  }
}
