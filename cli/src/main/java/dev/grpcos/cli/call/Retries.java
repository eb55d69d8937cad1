package dev.grpcos.cli.call;

import dev.grpcos.cli.failure.CallFailedException;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How often what failed is tried again, and when.
 *
 * @param times so often at most after the first time
 * @param idempotent whether the server may have done it already
 */
public record Retries(int times, boolean idempotent) {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** Whether trying again can help and can't harm, where no response has come. */
  boolean helpAgainst(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE -> true;
      case ABORTED, RESOURCE_EXHAUSTED -> idempotent;
      default -> false;
    };
  }

  /**
   * How long to wait after {@code failures} of them: doubled each time up to a bound, and half of
   * it left to chance, so that many callers do not come back at once.
   */
  static Duration pause(int failures) {
    long most =
        Math.min(LONGEST.toNanos(), FIRST.toNanos() << Math.min(20, Math.max(0, failures - 1)));
    return Duration.ofNanos(most / 2 + ThreadLocalRandom.current().nextLong(most / 2));
  }

  /** What a step gives that fails with UNAVAILABLE, in the end. */
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
