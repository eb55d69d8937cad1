package dev.grpcos.gateway.policy;

import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.PolicyRule;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.peer.UserNames;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import java.util.List;
import java.util.function.Supplier;

/**
 * The access policy: the rules about which users may call which methods.
 *
 * <p>They apply to the owner's socket. Without rules, the gateway's own user and root may call
 * everything, and other users nothing. With rules, a call is allowed if a rule allows it; health
 * and reflection are allowed to every user that a rule names. The admin service is always for the
 * gateway's own user and root alone, who may call health and reflection too.
 *
 * <p>A rule with {@code upstreams} allows calls that go to these upstreams, whether the caller
 * names them or not, and no others. A rule without it allows calls that go where the gateway sends
 * them: of the upstreams, a caller may name only the one that gets the call anyway. The gateway's
 * own user and root may name any upstream on the owner's socket. Health and reflection of an
 * upstream, unlike those of the gateway, are for users whose rule allows calls that go to it.
 *
 * <p>Through any other socket, the rights of the socket alone decide. Reflection is always allowed
 * there, because it shows only what the socket offers. Over TCP, the rules apply to the methods
 * that the address offers.
 *
 * @param self the gateway's own user
 * @param rules the rules, in any order
 */
public record Policy(int self, List<PolicyRule> rules) {
  private static final int ROOT = 0;

  /** The services of reflection, exactly: an upstream may have others in the same packages. */
  private static final List<NamePattern> REFLECTION =
      List.of(
          new NamePattern("grpc.reflection.v1.ServerReflection/*"),
          new NamePattern("grpc.reflection.v1alpha.ServerReflection/*"));

  private static final NamePattern HEALTH = new NamePattern("grpc.health.v1.Health/*");
  private static final NamePattern ADMIN = new NamePattern(AdminGrpc.SERVICE_NAME + "/*");
  private static final String REMEDY = "; ask the owner of the gateway";

  public Policy {
    rules = List.copyOf(rules);
  }

  /**
   * Decides on a call of this method, by its full name without a leading slash. The text for a
   * denied call may need a file; {@link #allows} decides without it.
   */
  public Decision decide(SocketCaller caller, String method, TakenRoute route) {
    return decision(caller.peer(), method, outcome(caller, method, route));
  }

  /** Decides on a call through the owner's socket. */
  Decision decide(PeerIdentity peer, String method, TakenRoute route) {
    return decision(peer, method, outcome(peer, method, route, true));
  }

  /** Returns whether this caller may call this method, without a text. */
  public boolean allows(SocketCaller caller, String method, TakenRoute route) {
    return outcome(caller, method, route).isAllowed();
  }

  private Decision decision(PeerIdentity peer, String method, LazyDecision outcome) {
    String reason = outcome.reason().get();
    return outcome.isAllowed()
        ? new Decision(true, reason)
        : new Decision(
            false,
            "user %s may not call %s: %s".formatted(UserNames.of(peer.uid()), method, reason));
  }

  private LazyDecision outcome(SocketCaller caller, String method, TakenRoute route) {
    SocketAccess socket = caller.socket();
    SocketRights rights = socket.rights();
    PeerIdentity peer = caller.peer();
    if (rights.followsPolicy()) {
      return rights.offers(method, route) || isCommonHere(method, route)
          ? outcome(peer, method, route, rights.equals(SocketRights.OWNER))
          : new LazyDecision(false, () -> notOffered(socket));
    }
    if (!isPrivileged(peer) && !rights.admits(peer)) {
      return new LazyDecision(false, () -> socket.text() + " is for other users" + REMEDY);
    }
    return rights.offers(method, route) || (isReflection(method) && rights.reaches(method, route))
        ? new LazyDecision(true, socket::text)
        : new LazyDecision(false, () -> notOffered(socket));
  }

  private static String notOffered(SocketAccess socket) {
    return socket.text() + " does not allow it" + REMEDY;
  }

  /**
   * Decides by the rules.
   *
   * @param owners whether the call came through the owner's socket
   */
  private LazyDecision outcome(PeerIdentity peer, String method, TakenRoute route, boolean owners) {
    boolean privileged = isPrivileged(peer);
    boolean goesAnywhere = privileged && owners;
    if (privileged
        && (rules.isEmpty() || ADMIN.matches(method) || isCommon(method))
        && (goesAnywhere || !route.redirected())) {
      return new LazyDecision(true, () -> peer.uid() == self ? "the gateway's own user" : "root");
    }
    if ((rules.isEmpty() && !privileged) || ADMIN.matches(method)) {
      return new LazyDecision(
          false,
          () ->
              self == ROOT
                  ? "only root may" + REMEDY
                  : "only the gateway's own user, %s, and root may%s"
                      .formatted(UserNames.of(self), REMEDY));
    }
    boolean common = isCommon(method);
    for (PolicyRule rule : rules) {
      if (peer.isNamedBy(rule.users(), rule.groups())
          && (common || rule.methods().stream().anyMatch(each -> each.matches(method)))
          && ((goesAnywhere && rule.upstreams().isEmpty())
              || reaches(rule.upstreams(), method, route))) {
        return new LazyDecision(true, () -> "a rule");
      }
    }
    return new LazyDecision(false, () -> "no rule of the gateway's policy allows it" + REMEDY);
  }

  /**
   * A decision whose text is made on demand.
   *
   * @param reason returns the reason, without the caller
   */
  private record LazyDecision(boolean isAllowed, Supplier<String> reason) {}

  /** Returns whether this caller may call any method at all. */
  public boolean hasRights(SocketCaller caller) {
    PeerIdentity peer = caller.peer();
    if (isPrivileged(peer)) {
      return true;
    }
    SocketRights rights = caller.socket().rights();
    return rights.followsPolicy()
        ? rules.stream().anyMatch(rule -> peer.isNamedBy(rule.users(), rule.groups()))
        : rights.admits(peer);
  }

  private boolean isPrivileged(PeerIdentity peer) {
    return peer.uid() == self || peer.uid() == ROOT;
  }

  /**
   * Returns whether rights for these upstreams include a call that goes there; without upstreams,
   * whether it goes there because the gateway sends it. The gateway's own health and reflection
   * belong to no upstream.
   */
  static boolean reaches(List<NamePattern> upstreams, String method, TakenRoute route) {
    String upstream = route.upstream();
    if (upstreams.isEmpty()) {
      return !route.redirected();
    }
    return upstream == null
        ? isCommon(method)
        : upstreams.stream().anyMatch(each -> each.matches(upstream));
  }

  /**
   * Returns whether the gateway itself answers, and shows no more than the caller may call. An
   * upstream's health service knows all of its services.
   */
  private static boolean isCommonHere(String method, TakenRoute route) {
    return isCommon(method) && !isHealthOfUpstream(method, route);
  }

  /** Returns whether an upstream answers for the health of its services. */
  static boolean isHealthOfUpstream(String method, TakenRoute route) {
    return isCommon(method) && route.upstream() != null && !isReflection(method);
  }

  /** Returns whether this is a method of health or reflection. */
  static boolean isCommon(String method) {
    return HEALTH.matches(method) || isReflection(method);
  }

  private static boolean isReflection(String method) {
    return REFLECTION.stream().anyMatch(each -> each.matches(method));
  }
}
