package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.config.SecretSource;
import dev.grpcos.gateway.forward.Destination.Authorization;
import dev.grpcos.gateway.log.RepeatedWarning;
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
 * A bearer token that is read before it is needed, with one reading at a time.
 *
 * <p>Calls that come before the first token wait for it. If a reading fails, the last token stays
 * in use until it expires; after that, calls are UNAUTHENTICATED. Safe for use by any thread.
 */
public final class BearerToken implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.credential");
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  /** The longest time between two readings, regardless of the token's expiry. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);

  private final TokenSource source;
  private final String owner;
  private final ScheduledExecutorService worker;
  private final @Nullable CommandThread commands;
  private final RepeatedWarning warning = new RepeatedWarning(LOG);
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
   * @param owner names the upstream in log lines
   * @param worker reads files and runs timers; a command runs on a separate thread
   */
  public BearerToken(SecretSource secret, String owner, ScheduledExecutorService worker) {
    this(source(secret), owner, worker);
  }

  BearerToken(TokenSource source, String owner, ScheduledExecutorService worker) {
    this.source = source;
    this.owner = owner;
    this.worker = worker;
    this.commands = source instanceof TokenCommand ? new CommandThread(owner) : null;
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

  /** Passes the token to the callback: at once if it is known, otherwise after the reading. */
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
      // The last reading has just failed; the next one is scheduled.
      then.accept(failed);
    } else {
      read();
    }
  }

  /** Returns the state of the token that is in use. */
  public TokenStatus status() {
    Held now = held;
    return now == null
        ? new TokenStatus(false, null)
        : new TokenStatus(!now.token.isExpired(Instant.now()), now.token.expires());
  }

  private synchronized void read() {
    if (!reading && !closed) {
      reading = true;
      (commands == null ? worker : commands).execute(this::readNow);
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
      Duration again = source.readAgain(token, now);
      warning.clear();
      done(null, again);
    } catch (IOException e) {
      warning.warn(owner + ": " + e.getMessage());
      done(refusal(String.valueOf(e.getMessage())), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      done(refusal("the gateway is stopping"), null);
    } catch (RuntimeException | Error e) {
      // Waiting callers get an answer after any exception, and the next reading is scheduled.
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
        Duration most = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        next = worker.schedule(this::read, most.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
    Held now = held;
    Authorization answer = failed != null || now == null ? failed : now.authorization;
    if (answer != null) {
      ready.forEach(each -> answer(each, answer));
    }
  }

  private void answer(Consumer<Authorization> caller, Authorization answer) {
    try {
      caller.accept(answer);
    } catch (RuntimeException e) {
      // A call whose event loop has ended must not keep the others from their answer.
      LOG.log(Level.DEBUG, owner + ": a call ended while it waited for its token", e);
    }
  }

  /** Stops reading. The reading in progress still answers waiting calls. */
  @Override
  public synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
    if (commands != null) {
      commands.close();
    }
  }
}
