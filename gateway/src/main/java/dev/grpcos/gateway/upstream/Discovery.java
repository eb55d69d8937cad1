package dev.grpcos.gateway.upstream;

import dev.grpcos.gateway.log.RepeatedWarning;
import dev.grpcos.gateway.schema.SchemaException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The schema of one upstream: first the cached schema, then that of its files, or the schema that
 * the upstream reports. It is fetched again periodically; from the upstream also when it is
 * reachable again.
 *
 * <p>A failed fetch does not change the known schema. One fetch at a time runs on the worker. Safe
 * for use by any thread.
 */
final class Discovery {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.upstream");

  /** The number of problems of one schema that are logged. */
  private static final int MOST_PROBLEMS = 10;

  private final Upstream upstream;
  private final DescriptorSource source;
  private final SchemaCache cache;
  private final ScheduledExecutorService worker;
  private final Runnable changed;
  private final RepeatedWarning warning = new RepeatedWarning(LOG);
  private volatile Offer offer;

  // Guarded by this.
  private @Nullable ScheduledFuture<?> next;
  private boolean fetching;
  private boolean again;
  private boolean closed;

  /**
   * Loads the cached schema.
   *
   * @param wanted returns whether the configuration permits offering a service; that may have
   *     changed since the schema was stored
   * @param changed runs when the services have changed
   */
  Discovery(
      Upstream upstream,
      DescriptorSource source,
      Predicate<String> wanted,
      SchemaCache cache,
      ScheduledExecutorService worker,
      Runnable changed) {
    this.upstream = upstream;
    this.source = source;
    this.cache = cache;
    this.worker = worker;
    this.changed = changed;
    UpstreamSchema known = cache.load(upstream.config().name(), upstream.config().target());
    offer = new Offer(upstream, known == null ? UpstreamSchema.EMPTY : known.only(wanted));
  }

  /** Returns the current schema. */
  Offer offer() {
    return offer;
  }

  /**
   * Loads the schema if it comes from files, so that it is known before the upstream is used.
   *
   * @return completes when the schema is loaded, or has failed to load
   */
  CompletableFuture<?> prepare() {
    // A fetch that is in progress reads the files, too.
    return source.asksUpstream() || !claim() ? CompletableFuture.completedFuture(null) : begin();
  }

  /** Fetches the schema if the upstream reports it, now or after the current fetch. */
  void reachable() {
    if (source.asksUpstream()) {
      fetch();
    }
  }

  private void fetch() {
    synchronized (this) {
      again = fetching;
      if (claim()) {
        worker.execute(
            () -> {
              var unused = begin();
            });
      }
    }
  }

  /** Returns whether the caller should fetch, because no other fetch is in progress. */
  private synchronized boolean claim() {
    if (closed || fetching) {
      return false;
    }
    fetching = true;
    if (next != null) {
      next.cancel(false);
    }
    return true;
  }

  private CompletableFuture<?> begin() {
    upstream.resolveAgain();
    return source
        .fetch()
        .handle(
            (schema, failure) -> {
              if (schema != null) {
                fetched(schema);
              } else {
                failed(failure);
              }
              ended(schema != null);
              return schema;
            });
  }

  private void fetched(UpstreamSchema schema) {
    upstream.schemaFetched();
    warning.clear();
    // Part of the schema may be missing. The rest is served.
    schema.problems().stream().findFirst().ifPresent(upstream::schemaFailed);
    if (schema.equals(offer.schema())) {
      return;
    }
    offer = new Offer(upstream, schema);
    LOG.log(
        Level.INFO,
        "{0} has {1} services in {2} proto files",
        upstream.title(),
        schema.services().size(),
        schema.files().size());
    for (String problem : schema.problems().stream().limit(MOST_PROBLEMS).toList()) {
      LOG.log(Level.WARNING, "{0}: {1}", upstream.title(), problem);
    }
    cache.store(upstream.config().name(), upstream.config().target(), schema);
    changed.run();
  }

  private void failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String reason =
        cause instanceof SchemaException ? String.valueOf(cause.getMessage()) : cause.toString();
    upstream.schemaFailed(reason);
    warning.warn(
        upstream.title()
            + ": "
            + reason
            + "; keeps the services that it offered before, see `services` and `protoset`");
  }

  private void ended(boolean fetched) {
    boolean now;
    synchronized (this) {
      fetching = false;
      // A successful fetch also covers requests that arrived during it.
      now = again && !fetched;
      again = false;
      if (closed) {
        return;
      }
      if (!now) {
        Duration refresh = upstream.config().refresh();
        next = worker.schedule(this::fetch, refresh.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
    if (now) {
      fetch();
    }
  }

  synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
  }
}
