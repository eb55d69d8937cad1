package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.gateway.channel.ServerAddress;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The destination of a command's calls. The options are resolved once, even if the command connects
 * several times. Not thread-safe.
 */
public final class Endpoint {
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** The minimum time of an attempt, so that a short wait also finds the cause of a failure. */
  private static final Duration SHORTEST_ATTEMPT = Duration.ofSeconds(1);

  private final Connections connections;
  private final @Nullable ServerAddress server;
  private final Supplier<Target> options;
  private final Duration timeout;
  private final @Nullable Duration wait;
  private final CallDefaults defaults;
  private @Nullable Target target;

  /**
   * Creates an endpoint; nothing is read or connected yet.
   *
   * @param server the server's address; null for the gateway
   * @param options creates the target from the options and reads the TLS files; called at most once
   * @param timeout the time limit of one attempt to connect
   * @param wait how long to try until the server can be reached; null to try once
   * @param defaults what calls have unless the caller gives something else
   */
  public Endpoint(
      Connections connections,
      @Nullable ServerAddress server,
      Supplier<Target> options,
      Duration timeout,
      @Nullable Duration wait,
      CallDefaults defaults) {
    this.connections = connections;
    this.server = server;
    this.options = options;
    this.timeout = timeout;
    this.wait = wait;
    this.defaults = defaults;
  }

  /**
   * Checks that the calls can be made from this process. Called before anything is read or written.
   *
   * @throws OwnProcessRequiredException if a separate process has to make the calls
   */
  public void admit() {
    connections.admit(server == null ? target().address() : server, server == null);
  }

  /** Returns the server's host name; empty for the gateway. */
  public Optional<String> host() {
    return Optional.ofNullable(server)
        .map(address -> address instanceof ServerAddress.Tcp tcp ? tcp.host() : "localhost");
  }

  /** Adds the metadata of the endpoint whose keys the caller has not given. */
  public void addTo(Metadata given) {
    defaults.addTo(given);
  }

  /** Returns the longest time of a call to the endpoint; null for the default of its kind. */
  public @Nullable Duration deadline() {
    return defaults.deadline();
  }

  /**
   * Connects, and waits for the server if the options request it. The caller closes the connection.
   */
  public Connection connect() {
    if (wait == null) {
      return connectNow();
    }
    admit();
    Duration most = wait.compareTo(SHORTEST_ATTEMPT) < 0 ? SHORTEST_ATTEMPT : wait;
    Duration attempt = most.compareTo(timeout) > 0 ? timeout : most;
    return repeat(
        () -> connections.connect(target(), attempt, wait),
        connection -> true,
        failure -> failure.status().getCode() == Status.Code.UNAVAILABLE,
        wait);
  }

  /**
   * Runs a step that connects and makes a call. If the options request a wait, repeats the step,
   * also after failed calls, until it has the wanted result or the time is over.
   *
   * @return the last result
   * @throws CallFailedException if the last call failed
   */
  public <T> T await(Supplier<T> step, Predicate<T> wanted) {
    return wait == null ? step.get() : repeat(step, wanted, failure -> true, wait);
  }

  private static <T> T repeat(
      Supplier<T> step,
      Predicate<T> wanted,
      Predicate<CallFailedException> passing,
      Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (true) {
      try {
        T result = step.get();
        if (wanted.test(result) || !pause(end)) {
          return result;
        }
      } catch (CallFailedException e) {
        if (!passing.test(e) || !pause(end)) {
          throw e;
        }
      }
    }
  }

  /** Makes one attempt to connect, for a step of {@link #await}. */
  public Connection connectNow() {
    admit();
    return connections.connect(target(), timeout, wait);
  }

  private Target target() {
    Target known = target;
    if (known == null) {
      known = options.get();
      target = known;
    }
    return known;
  }

  /** Waits a moment before another attempt; returns false if there is none. */
  private static boolean pause(long end) {
    long left = end - System.nanoTime();
    if (left <= 0 || Context.current().isCancelled()) {
      return false;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(Math.min(PAUSE.toNanos(), left));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
