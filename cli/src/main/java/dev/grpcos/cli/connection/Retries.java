package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CallFailedException;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The policy for repeating failed calls.
 *
 * @param times the maximum number of attempts after the first one
 * @param idempotent whether a call may be repeated that the server may have executed already
 */
public record Retries(int times, boolean idempotent) {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /**
   * Returns whether another attempt is useful and safe after this code, if there was no response.
   */
  public boolean isRetryable(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE -> true;
      case ABORTED, RESOURCE_EXHAUSTED -> idempotent;
      default -> false;
    };
  }

  /**
   * Returns the pause after a number of failures. It doubles each time, up to a bound, and half of
   * it is random, so that many callers do not retry at the same moment.
   */
  public static Duration pause(int failures) {
    long most =
        Math.min(LONGEST.toNanos(), FIRST.toNanos() << Math.min(20, Math.max(0, failures - 1)));
    return Duration.ofNanos(most / 2 + ThreadLocalRandom.current().nextLong(most / 2));
  }

  /** Runs a step, repeats it while it fails with UNAVAILABLE, and returns its result. */
  public <T> T run(Supplier<T> step) {
    for (int failures = 1; ; failures++) {
      try {
        return step.get();
      } catch (CallFailedException e) {
        if (failures > times || e.status().getCode() != Status.Code.UNAVAILABLE) {
          throw e;
        }
        try {
          TimeUnit.NANOSECONDS.sleep(pause(failures).toNanos());
        } catch (InterruptedException interrupt) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }
}
