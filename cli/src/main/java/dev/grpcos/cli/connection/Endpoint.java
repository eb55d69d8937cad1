package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.OwnProcessRequiredException;
import dev.grpcos.gateway.channel.ServerAddress;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of one command go. What the options say is resolved once, however often the
 * command connects. Not thread-safe.
 */
public final class Endpoint {
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** The shortest attempt, so that a short wait also finds out what is wrong. */
  private static final Duration SHORTEST_ATTEMPT = Duration.ofSeconds(1);

  private final Connections connections;
  private final @Nullable ServerAddress server;
  private final Supplier<Target> options;
  private final Duration timeout;
  private final @Nullable Duration wait;
  private @Nullable Target target;

  /**
   * Creates an endpoint; nothing is read or connected yet.
   *
   * @param server null for the gateway
   * @param options the target by the options, which reads the files of TLS; called at most once
   * @param timeout bounds one attempt to connect
   * @param wait how long to try until the server can be reached; null to try once
   */
  public Endpoint(
      Connections connections,
      @Nullable ServerAddress server,
      Supplier<Target> options,
      Duration timeout,
      @Nullable Duration wait) {
    this.connections = connections;
    this.server = server;
    this.options = options;
    this.timeout = timeout;
    this.wait = wait;
  }

  /**
   * Makes sure that the calls can be made from here, before anything is read or written.
   *
   * @throws OwnProcessRequiredException if a process of its own has to make them
   */
  public void admit() {
    connections.admit(server == null ? target().address() : server, server == null);
  }

  /** Returns the server's host, as other programs know it; none for the gateway. */
  public Optional<String> host() {
    return Optional.ofNullable(server)
        .map(address -> address instanceof ServerAddress.Tcp tcp ? tcp.host() : "localhost");
  }

  /** Returns how long the command waits for the server; null if it does not. */
  public @Nullable Duration patience() {
    return wait;
  }

  /** Connects, and waits for the server if the options say so; the caller closes the connection. */
  public Connection connect() {
    if (wait == null) {
      return connectNow();
    }
    admit();
    Duration attempt = wait.compareTo(SHORTEST_ATTEMPT) < 0 ? SHORTEST_ATTEMPT : wait;
    if (attempt.compareTo(timeout) > 0) {
      attempt = timeout;
    }
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      try {
        return connections.connect(target(), attempt, wait);
      } catch (CallFailedException e) {
        if (e.status().getCode() != Status.Code.UNAVAILABLE
            || System.nanoTime() >= end
            || Context.current().isCancelled()) {
          throw e;
        }
        pause(Math.min(PAUSE.toNanos(), end - System.nanoTime()), e);
      }
    }
  }

  /** Connects at once or not at all, for a caller that waits itself. */
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

  private static void pause(long nanos, CallFailedException reason) {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.max(1, nanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }
}
