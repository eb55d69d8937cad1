package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.config.SecretSource;
import dev.grpcos.gateway.forward.Destination.Authorization;
import io.grpc.Status;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token that is at hand before it is needed, and read by one reader at a time.
 *
 * <p>Calls that come before the first token wait for it. A token that can't be read again is used
 * for as long as it holds; only then calls are UNAUTHENTICATED. Safe for use by any thread.
 */
public final class BearerToken implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.credential");
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private final TokenSource source;
  private final String owner;
  private final ScheduledExecutorService worker;
  private volatile @Nullable Held held;

  // Guarded by this.
  private final List<Consumer<Authorization>> waiting = new ArrayList<>();
  private boolean reading;
  private boolean closed;
  private Duration retry = FIRST_RETRY;
  private @Nullable ScheduledFuture<?> next;
  private @Nullable Authorization failure;

  private record Held(Token token, Authorization authorization) {}

  /**
   * Begins to read the token.
   *
   * @param owner whose it is, for the log
   * @param worker may be blocked by the source
   */
  public BearerToken(SecretSource secret, String owner, ScheduledExecutorService worker) {
    this(source(secret), owner, worker);
  }

  BearerToken(TokenSource source, String owner, ScheduledExecutorService worker) {
    this.source = source;
    this.owner = owner;
    this.worker = worker;
    read();
  }

  private static TokenSource source(SecretSource secret) {
    if (secret instanceof SecretSource.OfFile file) {
      return new TokenFile(file.path());
    }
    if (secret instanceof SecretSource.OfEnvironment variable) {
      return new TokenVariable(variable.name());
    }
    SecretSource.OfCommand program = (SecretSource.OfCommand) secret;
    return new TokenCommand(program.command(), program.refresh(), COMMAND_TIMEOUT);
  }

  /** Gives the token, at once where it is at hand. */
  public void get(Consumer<Authorization> then) {
    Held now = held;
    if (now != null && !now.token.isExpired(Instant.now())) {
      then.accept(now.authorization);
      return;
    }
    Authorization failed;
    synchronized (this) {
      failed = failure;
      if (failed == null) {
        waiting.add(then);
      }
    }
    if (failed != null) {
      // It failed a moment ago, and is read again before long.
      then.accept(failed);
    } else {
      read();
    }
  }

  private synchronized void read() {
    if (!reading && !closed) {
      reading = true;
      worker.execute(this::readNow);
    }
  }

  private void readNow() {
    Held last = held;
    Instant now = Instant.now();
    try {
      Token token = source.read(last == null ? null : last.token);
      if (last == null || !token.equals(last.token)) {
        held = new Held(token, new Authorization("Bearer " + token.value(), Status.OK));
      }
      done(null, source.readAgain(token, now));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0}: {1}", owner, e.getMessage());
      done(refusal(String.valueOf(e.getMessage())), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      done(refusal("the gateway ends"), null);
    } catch (RuntimeException e) {
      // Whoever waits must hear of it, and the next reading must come.
      LOG.log(Level.ERROR, owner + ": internal error, please report it", e);
      done(refusal("internal error, please report it: " + e), null);
    }
  }

  private static Authorization refusal(String reason) {
    return new Authorization(null, Status.UNAUTHENTICATED.withDescription(reason));
  }

  private void done(@Nullable Authorization failed, @Nullable Duration again) {
    List<Consumer<Authorization>> ready;
    synchronized (this) {
      reading = false;
      ready = List.copyOf(waiting);
      waiting.clear();
      failure = failed;
      Duration wait = again;
      if (failed == null) {
        retry = FIRST_RETRY;
      } else {
        wait = retry;
        retry = retry.multipliedBy(2);
        retry = retry.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : retry;
      }
      if (wait != null && !closed) {
        next = worker.schedule(this::read, wait.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
    Held now = held;
    Authorization answer = failed != null || now == null ? failed : now.authorization;
    if (answer != null) {
      ready.forEach(each -> each.accept(answer));
    }
  }

  /** Stops reading; what waits is told so by the reading that goes on. */
  @Override
  public synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
  }
}
