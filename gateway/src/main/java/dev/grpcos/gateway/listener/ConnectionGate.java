package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.gateway.limit.UserShares.Verdict;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Admits connections, for all listening sockets that share {@code limits.connections}.
 *
 * <p>Connections above a user's share or the limit are admitted as surplus, up to a quarter of the
 * limit, so that their calls get a status; further ones are refused. Users that have no rights
 * share a few connections. Safe for use by any thread.
 */
public final class ConnectionGate {
  /** The number of connections that users without rights share. */
  public static final int STRANGERS = 16;

  private static final int SURPLUS_PART = 4;

  /** How a connection was admitted. */
  public enum ConnectionKind {
    /** A connection within the limits. */
    ORDINARY,
    /** A surplus connection, because the user has its share. */
    OVER_SHARE,
    /** A surplus connection, because all users together have the limit. */
    OVER_LIMIT,
    /** A surplus connection, because the rest is reserved for the gateway's user and root. */
    OVER_RESERVE,
    /** A connection of a user that has no rights. */
    STRANGER,
    /** No admission. */
    REFUSED
  }

  private final UserShares ordinary;
  private final UserShares surplus;
  private final int mostStrangers;
  private final AtomicInteger strangers = new AtomicInteger();

  /**
   * Creates a gate without connections.
   *
   * @param limits returns the current limits
   * @param strangers the number of connections for all users without rights together
   */
  public ConnectionGate(Supplier<Limits> limits, int strangers) {
    ordinary = new UserShares(limits, Limits::connections);
    surplus = new UserShares(limits, each -> each.connections() / SURPLUS_PART + 1);
    mostStrangers = strangers;
  }

  /**
   * Decides about a new connection.
   *
   * @param share the number of the user among those that share limits
   * @param hasRights whether a rule, or the socket, permits the user anything
   * @param owners whether the connection is to the owner's socket, so that it may use what is
   *     reserved for the gateway's user and root
   */
  ConnectionKind admit(int share, boolean hasRights, boolean owners) {
    if (!hasRights) {
      if (strangers.incrementAndGet() <= mostStrangers) {
        return ConnectionKind.STRANGER;
      }
      strangers.decrementAndGet();
      return ConnectionKind.REFUSED;
    }
    Verdict verdict = owners ? ordinary.acquire(share) : ordinary.acquireUnreserved(share);
    if (verdict == Verdict.GRANTED) {
      return ConnectionKind.ORDINARY;
    }
    if (surplus.acquire(share, owners ? UserShares.MOST_RESERVED : 0) != Verdict.GRANTED) {
      return ConnectionKind.REFUSED;
    }
    return switch (verdict) {
      case OVER_SHARE -> ConnectionKind.OVER_SHARE;
      case RESERVED -> ConnectionKind.OVER_RESERVE;
      case GRANTED, OVER_LIMIT -> ConnectionKind.OVER_LIMIT;
    };
  }

  /** Gives up the place of a closed connection. */
  void leave(int share, ConnectionKind kind) {
    switch (kind) {
      case ORDINARY -> ordinary.release(share);
      case OVER_SHARE, OVER_LIMIT, OVER_RESERVE -> surplus.release(share);
      case STRANGER -> strangers.decrementAndGet();
      case REFUSED -> throw new IllegalArgumentException("a refused connection has no place");
    }
  }
}
