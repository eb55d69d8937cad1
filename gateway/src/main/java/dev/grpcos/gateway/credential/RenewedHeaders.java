package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.forward.Destination.Authorization;
import dev.grpcos.gateway.log.RepeatedWarning;
import io.grpc.Status;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Headers of one source that are read before they are needed, with one reading at a time.
 *
 * <p>Calls that come before the first headers wait for them. If a reading fails, the last headers
 * stay in use until they expire; after that, calls are UNAUTHENTICATED. Safe for use by any thread.
 */
final class RenewedHeaders implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.credential");
  private static final Authorization CLOSED =
      new Authorization(
          null,
          Status.UNAVAILABLE.withDescription("the credentials are no longer in use; try again"));
  private static final Authorization NOT_STARTED =
      refusal("the credentials cannot be read: no thread is free");
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

  /** The longest time between two readings, regardless of the expiry. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);

  /**
   * The largest part of a pause by which it is shortened at random, in percent. Many gateways that
   * start together must not call a token server at the same time.
   */
  private static final int JITTER = 10;

  /** The least time between a reading and another one because of refused headers. */
  private static final Duration REFUSED_WAIT = Duration.ofSeconds(30);

  private final HeaderSource source;
  private final String owner;
  private final ScheduledExecutorService worker;
  private final @Nullable SourceThread thread;
  private final Duration refusedWait;
  private final RepeatedWarning warning = new RepeatedWarning(LOG);
  private volatile @Nullable Held held;

  // Guarded by this.
  private final List<Consumer<Authorization>> waiting = new ArrayList<>();
  private boolean reading;
  private boolean closed;
  private long readNanos = System.nanoTime();
  private Duration retry = FIRST_RETRY;
  private @Nullable ScheduledFuture<?> next;
  private @Nullable Authorization failure;

  private record Held(IssuedHeaders issued, Authorization authorization) {
    boolean isUsable() {
      return !RenewalTime.isExpired(issued.expires(), Instant.now());
    }
  }

  /**
   * Begins to read the headers.
   *
   * @param owner names the server in log lines
   * @param worker reads files and runs timers; a slow source has its own thread
   */
  RenewedHeaders(HeaderSource source, String owner, ScheduledExecutorService worker) {
    this(source, owner, worker, REFUSED_WAIT);
  }

  RenewedHeaders(
      HeaderSource source, String owner, ScheduledExecutorService worker, Duration refusedWait) {
    this.source = source;
    this.refusedWait = refusedWait;
    this.owner = owner;
    this.worker = worker;
    this.thread = source.isSlow() ? new SourceThread(owner) : null;
    read();
  }

  /** Passes the headers to the callback: at once if they are known, otherwise after the reading. */
  void get(Consumer<Authorization> then) {
    Held now = held;
    if (now != null && now.isUsable()) {
      then.accept(now.authorization);
      return;
    }
    Authorization failed;
    List<Consumer<Authorization>> refused = List.of();
    synchronized (this) {
      // If the last reading has just failed, the next one is scheduled.
      failed = closed ? CLOSED : failure;
      if (failed == null) {
        waiting.add(then);
        // Under the same lock: a caller waits only while a reading is in progress.
        refused = start();
      }
    }
    if (failed != null) {
      then.accept(failed);
    }
    deliver(refused, NOT_STARTED);
  }

  /** Returns the state of the headers that are in use. */
  CredentialStatus status() {
    Held now = held;
    return now == null
        ? new CredentialStatus(false, null)
        : new CredentialStatus(now.isUsable(), now.issued.expires());
  }

  /** Reads a slow source again, because a server refused the headers. Others are read often. */
  void refused() {
    synchronized (this) {
      if (!source.isSlow() || System.nanoTime() - readNanos < refusedWait.toNanos()) {
        return;
      }
    }
    read();
  }

  private void read() {
    deliver(start(), NOT_STARTED);
  }

  /**
   * Starts a reading unless one is in progress.
   *
   * @return the calls to refuse because that is impossible
   */
  private synchronized List<Consumer<Authorization>> start() {
    if (reading || closed) {
      return List.of();
    }
    reading = true;
    readNanos = System.nanoTime();
    try {
      (thread == null ? worker : thread).execute(this::readNow);
      return List.of();
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // The gateway is stopping, or its user has too many threads.
      LOG.log(Level.DEBUG, owner + ": no reading can be started", e);
      return ended(NOT_STARTED, null);
    }
  }

  private void readNow() {
    Held last = held;
    Instant now = Instant.now();
    try {
      IssuedHeaders issued = source.read(last == null ? null : last.issued);
      if (RenewalTime.isExpired(issued.expires(), Instant.now())) {
        throw new IOException(
            "the credentials have already expired at " + issued.expires() + "; check the clocks");
      }
      if (last == null || !issued.equals(last.issued)) {
        held = new Held(issued, new Authorization(issued.headers(), Status.OK));
      }
      Duration again = source.readAgain(issued, now);
      warning.clear();
      done(null, again);
    } catch (IOException e) {
      warning.warn(owner + ": " + e.getMessage());
      done(refusal(String.valueOf(e.getMessage())), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      done(CLOSED, null);
    } catch (RuntimeException | Error e) {
      // Waiting callers get an answer after any exception, and the next reading is scheduled.
      LOG.log(Level.ERROR, owner + ": internal error, please report it", e);
      done(refusal("internal error, please report it: " + e), null);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Authorization refusal(String reason) {
    return new Authorization(null, Status.UNAUTHENTICATED.withDescription(reason));
  }

  private void done(@Nullable Authorization failed, @Nullable Duration again) {
    List<Consumer<Authorization>> ready;
    boolean last;
    synchronized (this) {
      ready = ended(failed, again);
      last = closed;
    }
    if (last) {
      source.close();
    }
    Held now = held;
    Authorization answer = failed != null || now == null ? failed : now.authorization;
    if (answer != null) {
      deliver(ready, answer);
    }
  }

  /** Schedules the next reading, and returns the calls that waited for this one. */
  private synchronized List<Consumer<Authorization>> ended(
      @Nullable Authorization failed, @Nullable Duration again) {
    reading = false;
    failure = failed;
    Duration wait = again;
    if (failed == null) {
      retry = FIRST_RETRY;
    } else {
      wait = retry;
      retry = shorter(retry.multipliedBy(2), source.longestRetry());
    }
    if (next != null) {
      // A call may have started this reading before its time.
      next.cancel(false);
    }
    if (wait != null && !closed) {
      long nanos = shorter(wait, LONGEST_WAIT).toNanos();
      long early = nanos / 100 * ThreadLocalRandom.current().nextInt(JITTER + 1);
      next = schedule(nanos - early);
    }
    return taken();
  }

  private @Nullable ScheduledFuture<?> schedule(long nanos) {
    try {
      return worker.schedule(this::read, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return null; // the gateway is stopping
    }
  }

  private synchronized List<Consumer<Authorization>> taken() {
    List<Consumer<Authorization>> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }

  private void deliver(List<Consumer<Authorization>> callers, Authorization answer) {
    callers.forEach(each -> deliver(each, answer));
  }

  private void deliver(Consumer<Authorization> caller, Authorization answer) {
    try {
      caller.accept(answer);
    } catch (RuntimeException e) {
      // A call whose event loop has ended must not keep the others from their answer.
      LOG.log(Level.DEBUG, owner + ": a call ended while it waited for credentials", e);
    }
  }

  /**
   * Stops reading, and refuses waiting calls: they are UNAVAILABLE, because the gateway stops or a
   * new configuration has replaced these credentials.
   */
  @Override
  public void close() {
    List<Consumer<Authorization>> refused;
    boolean idle;
    synchronized (this) {
      idle = !reading && !closed;
      closed = true;
      refused = taken();
      if (next != null) {
        next.cancel(false);
      }
      if (thread != null) {
        thread.close();
      }
    }
    if (idle) {
      source.close();
    }
    deliver(refused, CLOSED);
  }
}
