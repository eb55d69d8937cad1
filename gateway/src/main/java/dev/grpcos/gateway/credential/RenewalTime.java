package dev.grpcos.gateway.credential;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When credentials expire, and when they are renewed. */
final class RenewalTime {
  /**
   * The time before their expiry at which credentials are no longer sent, because they could arrive
   * too late.
   */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  /**
   * Credentials are renewed when a fifth of their remaining lifetime is left, or one minute if that
   * is less.
   */
  private static final int SHARE = 5;

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST_BEFORE = Duration.ofMinutes(1);

  private RenewalTime() {}

  /** Returns whether credentials with this expiry must not be sent any more. */
  static boolean isExpired(@Nullable Instant expires, Instant now) {
    // Added to the present, which is far from the limits of Instant; `expires` may be at a limit.
    return expires != null && !now.plus(MARGIN).isBefore(expires);
  }

  /** Returns the time until credentials with this expiry should be renewed. */
  static Duration until(Instant expires, Instant now) {
    Duration left = Duration.between(now, expires);
    Duration before = left.dividedBy(SHARE);
    Duration wait = left.minus(before.compareTo(LONGEST_BEFORE) > 0 ? LONGEST_BEFORE : before);
    return wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait;
  }
}
