package dev.grpcos.gateway.policy;

import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.peer.UserNames;

/**
 * The policy where none is configured: the gateway's own user and root may call everything, nobody
 * else anything.
 *
 * @param self the gateway's own user
 */
public record Policy(int self) {
  private static final int ROOT = 0;

  /** Decides on a call of this method, by its full name without a leading slash. */
  public Decision decide(PeerIdentity peer, String method) {
    if (peer.uid() == self) {
      return new Decision(true, "the gateway's own user");
    }
    if (peer.uid() == ROOT) {
      return new Decision(true, "root");
    }
    return new Decision(
        false,
        "user %s may not call %s: only the gateway's own user, %s, and root may"
            .formatted(UserNames.of(peer.uid()), method, UserNames.of(self)));
  }
}
