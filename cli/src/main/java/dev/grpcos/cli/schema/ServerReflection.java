package dev.grpcos.cli.schema;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.gateway.channel.FailureCause;
import dev.grpcos.gateway.reflection.ReflectionAnswers;
import dev.grpcos.gateway.reflection.ReflectionBounds;
import dev.grpcos.gateway.reflection.ReflectionClient;
import dev.grpcos.gateway.reflection.ReflectionException;
import dev.grpcos.gateway.reflection.ReflectionLookup;
import dev.grpcos.gateway.reflection.ReflectionQuery;
import dev.grpcos.gateway.schema.FileTable;
import dev.grpcos.gateway.text.DurationText;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A blocking client of a server's reflection service, for one schema. */
final class ServerReflection {
  private static final ReflectionQuery SERVICES = new ReflectionQuery.Services();
  static final String REMEDY = "give the schema with --protoset or --proto";

  private final ReflectionClient client;
  private final ServerFileQuota received = new ServerFileQuota();

  ServerReflection(Channel channel, Duration answerTimeout) {
    this.client = new ReflectionClient(channel, answerTimeout);
  }

  /**
   * Returns the names of the services.
   *
   * @throws CallFailedException if the server does not list them
   */
  List<String> services() {
    ReflectionAnswers answers = ask(List.of(SERVICES), new FileTable(), false);
    Status failure = answers.failures().get(SERVICES);
    if (failure != null) {
      throw new CallFailedException(
          failure.withDescription(
              "server reflection of " + SERVICES.subject() + ": " + failure.getDescription()),
          null,
          "server reflection");
    }
    return answers.services();
  }

  /**
   * Returns the answers to the queries.
   *
   * @param held files that need not be requested
   * @param imports whether the dependencies of the answers are requested as well
   * @throws CallFailedException if the reflection call fails, or the server has sent too many files
   */
  ReflectionAnswers ask(
      Collection<? extends ReflectionQuery> queries, FileTable held, boolean imports) {
    WaitingThread thread = new WaitingThread();
    Deadline bound = Deadline.after(ReflectionBounds.TIME.toNanos(), TimeUnit.NANOSECONDS);
    Deadline first = LookupDeadline.current(bound);
    ReflectionLookup lookup =
        client.begin(
            new ReflectionLookup.Plan(queries, held, imports, service -> false),
            thread,
            first,
            new Metadata());
    try {
      ReflectionAnswers answers = thread.await(lookup);
      received.add(answers.files());
      return answers;
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof ReflectionException cause)) {
        throw new IllegalStateException(e.getCause());
      }
      // The code that set the caller's deadline reports its expiry.
      boolean ours = first.equals(bound) && bound.isExpired();
      throw failed(ours ? late(cause) : cause.status(), cause);
    } catch (InterruptedException e) {
      lookup.cancel();
      Thread.currentThread().interrupt();
      throw new CallFailedException(
          Status.CANCELLED.withDescription("interrupted").withCause(e), null, "server reflection");
    }
  }

  private static Status late(ReflectionException cause) {
    return Status.DEADLINE_EXCEEDED
        .withDescription(
            "the server's reflection took longer than " + DurationText.of(ReflectionBounds.TIME))
        .withCause(cause);
  }

  private static CallFailedException failed(Status status, ReflectionException cause) {
    return new CallFailedException(status, cause.trailers(), subject(status), remedy(cause));
  }

  /** Returns the name of the service if the message has it, so that it is not named again. */
  private static String subject(Status status) {
    String description = String.valueOf(status.getDescription());
    return description.contains(ServerReflectionGrpc.SERVICE_NAME)
        ? ServerReflectionGrpc.SERVICE_NAME
        : "server reflection";
  }

  private static String remedy(ReflectionException cause) {
    if (cause.isUnsupported()) {
      return REMEDY;
    }
    // A web server without the service also answers 404.
    return cause.status().getCode() == Status.Code.UNIMPLEMENTED
            && FailureCause.NOT_GRPC.matches(cause.status())
        ? "if the server has no reflection, " + REMEDY
        : "";
  }
}
