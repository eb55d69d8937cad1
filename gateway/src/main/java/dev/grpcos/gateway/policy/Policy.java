package dev.grpcos.gateway.policy;

import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.PolicyRule;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.peer.UserNames;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import java.util.List;

/**
 * The access policy: which users may call which methods.
 *
 * <p>Without rules, only the gateway's own user and root may call methods. With rules, a call is
 * allowed if a rule allows it; health and reflection are allowed to every user that a rule names.
 * Only the gateway's own user and root may ever call the admin service; they may call health and
 * reflection too.
 *
 * @param self the gateway's own user
 * @param rules the rules, in any order
 */
public record Policy(int self, List<PolicyRule> rules) {
  private static final int ROOT = 0;
  private static final List<NamePattern> COMMON =
      List.of(new NamePattern("grpc.health.v1.Health/*"), new NamePattern("grpc.reflection.*"));
  private static final NamePattern ADMIN = new NamePattern(AdminGrpc.SERVICE_NAME + "/*");

  public Policy {
    rules = List.copyOf(rules);
  }

  /** Decides on a call of this method, by its full name without a leading slash. */
  public Decision decide(PeerIdentity peer, String method) {
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
      if (names(rule, peer)
          && (common || rule.methods().stream().anyMatch(each -> each.matches(method)))) {
        return new Decision(true, "a rule");
      }
    }
    return denied(peer, method, "no rule of the gateway's policy allows it");
  }

  /** Returns whether the policy permits this peer anything. */
  public boolean names(PeerIdentity peer) {
    return isPrivileged(peer) || rules.stream().anyMatch(rule -> names(rule, peer));
  }

  private boolean isPrivileged(PeerIdentity peer) {
    return peer.uid() == self || peer.uid() == ROOT;
  }

  private static Decision denied(PeerIdentity peer, String method, String reason) {
    return new Decision(
        false, "user %s may not call %s: %s".formatted(UserNames.of(peer.uid()), method, reason));
  }

  private static boolean names(PolicyRule rule, PeerIdentity peer) {
    return rule.users().contains(peer.uid())
        || rule.groups().contains(peer.gid())
        || peer.groups().stream().anyMatch(rule.groups()::contains);
  }

  private static boolean isCommon(String method) {
    return COMMON.stream().anyMatch(each -> each.matches(method));
  }
}
