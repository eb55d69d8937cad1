package dev.grpcos.gateway.limit;

import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.peer.PeerIdentity;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Counts each user's part of a limited resource, such as calls in flight.
 *
 * <p>A user may hold a part of the limit, {@code limits.share}. The gateway's user and root may
 * hold all of it, and a part of the limit is reserved for them. A user is in the table only while
 * it holds something. The limits may change while something is held. Safe for use by any thread.
 */
public final class UserShares {
  /** The largest part of a limit that is reserved for the gateway's user and root. */
  public static final int MOST_RESERVED = 16;

  private static final int RESERVED_PART = 8;

  /** The result of an attempt to hold one more. */
  public enum Verdict {
    /** The user holds one more. */
    GRANTED,
    /** The user holds its share. */
    OVER_SHARE,
    /** All users together hold the limit. */
    OVER_LIMIT,
    /** What is left of the limit is reserved for the gateway's user and root. */
    RESERVED
  }

  private final Supplier<Limits> limits;
  private final ToIntFunction<Limits> resource;
  private final ConcurrentMap<Integer, Integer> held = new ConcurrentHashMap<>();
  private final AtomicInteger sum = new AtomicInteger();

  /**
   * Creates an empty table.
   *
   * @param limits returns the current limits
   * @param resource returns the limit of this resource
   */
  public UserShares(Supplier<Limits> limits, ToIntFunction<Limits> resource) {
    this.limits = limits;
    this.resource = resource;
  }

  /** Counts one more for this user if its share and the limit permit it. */
  public Verdict acquire(int uid) {
    return acquire(uid, 0);
  }

  /**
   * Counts one more for this user like {@link #acquire(int)}, but uses nothing that is reserved.
   */
  public Verdict acquireUnreserved(int uid) {
    return acquire(uid, -reserved(limit()));
  }

  /**
   * Counts one more for this user, above the limit if necessary.
   *
   * @param extra the number above the limit that only the gateway's user and root may hold
   */
  public Verdict acquire(int uid, int extra) {
    int limit = limit();
    boolean privileged = PeerIdentity.isPrivileged(uid);
    if (!privileged && held.merge(uid, 1, Integer::sum) > share()) {
      decrement(uid);
      return Verdict.OVER_SHARE;
    }
    int most = privileged ? limit + extra : limit - reserved(limit);
    int next = sum.incrementAndGet();
    if (next > most) {
      release(uid);
      return next > limit ? Verdict.OVER_LIMIT : Verdict.RESERVED;
    }
    return Verdict.GRANTED;
  }

  /** Counts one less for this user. */
  public void release(int uid) {
    sum.decrementAndGet();
    if (!PeerIdentity.isPrivileged(uid)) {
      decrement(uid);
    }
  }

  private void decrement(int uid) {
    held.computeIfPresent(uid, (user, count) -> count == 1 ? null : count - 1);
  }

  /** Returns the current limit. */
  public int limit() {
    return resource.applyAsInt(limits.get());
  }

  /** Returns the most that a user may hold, at least 1. */
  public int share() {
    return Math.max(1, (int) ((long) limit() * limits.get().share() / 100));
  }

  /** Returns the number that all users hold. */
  public int sum() {
    return sum.get();
  }

  /** Returns the number of users in the table. */
  int users() {
    return held.size();
  }

  private static int reserved(int limit) {
    return Math.min(MOST_RESERVED, limit / RESERVED_PART);
  }
}
