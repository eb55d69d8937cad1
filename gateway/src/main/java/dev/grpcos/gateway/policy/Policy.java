package dev.grpcos.gateway.policy;

import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.PolicyRule;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.peer.UserNames;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import java.util.List;

/**
 * The access policy: the rules about which users may call which methods.
 *
 * <p>They apply to the owner's socket. Without rules, the gateway's own user and root may call
 * everything, and other users nothing. With rules, a call is allowed if a rule allows it; health
 * and reflection are allowed to every user that a rule names. The admin service is always for the
 * gateway's own user and root alone, who may call health and reflection too.
 *
 * <p>Through any other socket, the rights of the socket alone decide. Reflection is always allowed
 * there, because it shows only what the socket offers.
 *
 * @param self the gateway's own user
 * @param rules the rules, in any order
 */
public record Policy(int self, List<PolicyRule> rules) {
  private static final int ROOT = 0;
  private static final NamePattern REFLECTION = new NamePattern("grpc.reflection.*");
  private static final List<NamePattern> COMMON =
      List.of(new NamePattern("grpc.health.v1.Health/*"), REFLECTION);
  private static final NamePattern ADMIN = new NamePattern(AdminGrpc.SERVICE_NAME + "/*");

  public Policy {
    rules = List.copyOf(rules);
  }

  /** Decides on a call of this method, by its full name without a leading slash. */
  public Decision decide(SocketCaller caller, String method) {
    SocketAccess socket = caller.socket();
    SocketRights rights = socket.rights();
    if (rights instanceof SocketRights.OwnerRights) {
      return decide(caller.peer(), method);
    }
    PeerIdentity peer = caller.peer();
    if (!isPrivileged(peer) && !rights.admits(peer)) {
      return denied(peer, method, "socket " + socket.name() + " is for other users");
    }
    return rights.offers(method) || REFLECTION.matches(method)
        ? new Decision(true, "socket " + socket.name())
        : denied(
            peer,
            method,
            "socket " + socket.name() + " does not allow it; ask the owner of the gateway");
  }

  /** Decides on a call through the owner's socket. */
  Decision decide(PeerIdentity peer, String method) {
    if (isPrivileged(peer) && (rules.isEmpty() || ADMIN.matches(method) || isCommon(method))) {
      return new Decision(true, peer.uid() == self ? "the gateway's own user" : "root");
    }
    if (rules.isEmpty() || ADMIN.matches(method)) {
      return denied(
          peer,
          method,
          "only the gateway's own user, %s, and root may".formatted(UserNames.of(self)));
    }
    boolean common = isCommon(method);
    for (PolicyRule rule : rules) {
      if (peer.isNamedBy(rule.users(), rule.groups())
          && (common || rule.methods().stream().anyMatch(each -> each.matches(method)))) {
        return new Decision(true, "a rule");
      }
    }
    return denied(peer, method, "no rule of the gateway's policy allows it");
  }

  /** Returns whether this caller may call anything. */
  public boolean names(SocketCaller caller) {
    PeerIdentity peer = caller.peer();
    if (isPrivileged(peer)) {
      return true;
    }
    SocketRights rights = caller.socket().rights();
    return rights instanceof SocketRights.OwnerRights
        ? rules.stream().anyMatch(rule -> peer.isNamedBy(rule.users(), rule.groups()))
        : rights.admits(peer);
  }

  private boolean isPrivileged(PeerIdentity peer) {
    return peer.uid() == self || peer.uid() == ROOT;
  }

  private static Decision denied(PeerIdentity peer, String method, String reason) {
    return new Decision(
        false, "user %s may not call %s: %s".formatted(UserNames.of(peer.uid()), method, reason));
  }

  private static boolean isCommon(String method) {
    return COMMON.stream().anyMatch(each -> each.matches(method));
  }
}
