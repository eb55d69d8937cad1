package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.channel.FailureDiagnosis;
import dev.grpcos.gateway.forward.Destination;
import dev.grpcos.gateway.forward.Lane;
import dev.grpcos.gateway.reflection.ReflectionAnswers;
import dev.grpcos.gateway.reflection.ReflectionBounds;
import dev.grpcos.gateway.reflection.ReflectionClient;
import dev.grpcos.gateway.reflection.ReflectionException;
import dev.grpcos.gateway.reflection.ReflectionLookup;
import dev.grpcos.gateway.reflection.ReflectionQuery;
import dev.grpcos.gateway.schema.FileTable;
import dev.grpcos.gateway.schema.SchemaException;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Reads the schema from the upstream's reflection service. */
final class ReflectionSource implements DescriptorSource {
  private static final ReflectionQuery SERVICES = new ReflectionQuery.Services();

  private final Destination upstream;
  private final Predicate<String> wanted;
  private final ScheduledExecutorService worker;

  /**
   * Creates a source of these services.
   *
   * @param worker parses descriptors; must not be an event loop
   */
  ReflectionSource(
      Destination upstream, Predicate<String> wanted, ScheduledExecutorService worker) {
    this.upstream = upstream;
    this.wanted = wanted;
    this.worker = worker;
  }

  @Override
  public CompletableFuture<UpstreamSchema> fetch() {
    CompletableFuture<Destination.Authorization> authorized = new CompletableFuture<>();
    upstream.authorize(authorized::complete);
    return authorized.thenComposeAsync(this::fetch, worker);
  }

  @Override
  public boolean asksUpstream() {
    return true;
  }

  private CompletableFuture<UpstreamSchema> fetch(Destination.Authorization authorization) {
    Metadata headers = new Metadata();
    if (authorization.headers() != null) {
      authorization.headers().setIn(headers);
    } else {
      return CompletableFuture.failedFuture(
          new SchemaException(String.valueOf(authorization.failure().getDescription())));
    }
    Lane lane = upstream.lane();
    // If it is too early for another attempt to connect, a later fetch makes it.
    long ignored = upstream.pause(lane);
    ReflectionLookup lookup =
        new ReflectionClient(lane.channel(), ReflectionBounds.SILENCE)
            .begin(
                new ReflectionLookup.Plan(List.of(SERVICES), new FileTable(), true, wanted),
                worker,
                Deadline.after(ReflectionBounds.TIME.toNanos(), TimeUnit.NANOSECONDS),
                headers);
    long tick = ReflectionBounds.TICK.toNanos();
    var timer = worker.scheduleWithFixedDelay(lookup::tick, tick, tick, TimeUnit.NANOSECONDS);
    var unused = lookup.result().whenComplete((answers, failure) -> timer.cancel(false));
    return lookup.result().handle(this::schema);
  }

  private UpstreamSchema schema(ReflectionAnswers answers, Throwable failure) {
    if (failure != null) {
      throw new CompletionException(
          failure instanceof ReflectionException cause
              ? new SchemaException(
                  "its reflection failed: "
                      + cause.status().getCode()
                      + ": "
                      + FailureDiagnosis.of(cause.status()).problem(),
                  cause)
              : failure);
    }
    Status unlisted = answers.failures().get(SERVICES);
    if (unlisted != null) {
      throw new CompletionException(
          new SchemaException("it does not list its services: " + unlisted.getDescription()));
    }
    List<String> problems = new ArrayList<>();
    answers
        .failures()
        .forEach(
            (query, status) ->
                problems.add(
                    "its reflection answers for %s: %s %s"
                        .formatted(query.subject(), status.getCode(), status.getDescription())));
    return UpstreamSchema.of(
        answers.services().stream().filter(wanted).toList(), answers.files(), problems);
  }
}
