package dev.grpcos.gateway.limit;

import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.peer.UserNames;

/** Descriptions of the status of calls that exceed a limit which users share. */
public final class LimitExcess {
  private LimitExcess() {}

  /**
   * Describes that a caller holds its share. All clients over TCP together have one share.
   *
   * @param share the number that the caller may hold
   * @param held what it holds, such as {@code calls in flight}
   * @param resource the resource of the gateway, such as {@code calls}
   */
  public static String overShare(PeerIdentity peer, int share, String held, String resource) {
    boolean tcp = peer.address() != null;
    return "%s %d %s, %s share of the gateway's %s (limits.share); try again later"
        .formatted(
            tcp ? "all clients over TCP have" : UserNames.of(peer.uid()) + " has",
            share,
            held,
            tcp ? "their" : "its",
            resource);
  }

  /**
   * Describes that the rest of a limit is reserved.
   *
   * @param limit the key of the limit, without {@code limits.}
   */
  public static String reserved(String resource, String limit) {
    return "the rest of the gateway's %s (limits.%s) is reserved for its user and root at the owner's socket; try again later"
        .formatted(resource, limit);
  }
}
