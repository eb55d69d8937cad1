package dev.grpcos.gateway.policy;

import dev.grpcos.gateway.call.TakenRoute;
import dev.grpcos.gateway.config.HttpConfig;
import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Set;

/**
 * The rights of a socket: the methods that it offers, the upstreams to which calls may go, and the
 * users that may call. Immutable.
 */
public sealed interface SocketRights {
  /** The rights of the owner's socket: the policy decides. */
  SocketRights OWNER = new OwnerRights();

  /** The rights of a socket that has been removed. */
  SocketRights NONE = new NarrowedRights(true, Set.of(), Set.of(), List.of(), List.of());

  /** Returns the rights of a socket with this configuration. */
  static SocketRights of(SocketConfig config) {
    return new NarrowedRights(
        config.anyone(), config.users(), config.groups(), config.methods(), config.upstreams());
  }

  /** Returns the rights of HTTP over TCP with this configuration. */
  static SocketRights of(HttpConfig config) {
    return new NetworkRights(config.methods());
  }

  /** Returns the rights that both of these give. */
  static SocketRights common(SocketRights one, SocketRights other) {
    return one.equals(other) ? one : new CommonRights(one, other);
  }

  /** Returns whether the policy decides about the methods that the socket offers. */
  boolean followsPolicy();

  /** Returns whether this user may call through the socket, apart from the policy. */
  boolean admits(PeerIdentity peer);

  /** Returns whether the socket offers this method, by its full name, for calls that go there. */
  boolean offers(String method, TakenRoute route);

  /**
   * Returns whether the socket may offer methods of this service, by its full name, for calls that
   * go there.
   */
  boolean offersSomeOf(String service, TakenRoute route);

  /** Returns whether the socket permits calls of this method that go there, if it offers it. */
  boolean reaches(String method, TakenRoute route);

  /** The rights of the owner's socket. */
  record OwnerRights() implements SocketRights {
    @Override
    public boolean followsPolicy() {
      return true;
    }

    @Override
    public boolean admits(PeerIdentity peer) {
      return true;
    }

    @Override
    public boolean offers(String method, TakenRoute route) {
      return true;
    }

    @Override
    public boolean offersSomeOf(String service, TakenRoute route) {
      return true;
    }

    @Override
    public boolean reaches(String method, TakenRoute route) {
      return true;
    }
  }

  /**
   * The rights of any other socket, which offers the methods that it names and nothing else; never
   * the admin service.
   *
   * @param anyone whether every user that can open the socket may call
   * @param users the users that may call, in addition to the gateway's user and root
   * @param groups the groups whose members may call
   * @param methods patterns of full method names
   * @param upstreams patterns of the names of the upstreams to which calls may go; empty for calls
   *     that go where the gateway sends them
   */
  record NarrowedRights(
      boolean anyone,
      Set<Integer> users,
      Set<Integer> groups,
      List<NamePattern> methods,
      List<NamePattern> upstreams)
      implements SocketRights {
    public NarrowedRights {
      users = Set.copyOf(users);
      groups = Set.copyOf(groups);
      methods = List.copyOf(methods);
      upstreams = List.copyOf(upstreams);
    }

    @Override
    public boolean followsPolicy() {
      return false;
    }

    @Override
    public boolean offers(String method, TakenRoute route) {
      return isNamed(method, methods)
          && reaches(method, route)
          && (!upstreams.isEmpty() || !Policy.isHealthOfUpstream(method, route));
    }

    @Override
    public boolean offersSomeOf(String service, TakenRoute route) {
      return isNamedInPart(service, methods) && reaches(service + "/", route);
    }

    @Override
    public boolean reaches(String method, TakenRoute route) {
      return Policy.reaches(upstreams, method, route);
    }

    @Override
    public boolean admits(PeerIdentity peer) {
      return anyone || peer.isNamedBy(users, groups);
    }
  }

  /**
   * The rights of HTTP over TCP: the policy decides about the methods that it names; never the
   * admin service, because a client with the token is not the gateway's user.
   *
   * @param methods patterns of full method names
   */
  record NetworkRights(List<NamePattern> methods) implements SocketRights {
    public NetworkRights {
      methods = List.copyOf(methods);
    }

    @Override
    public boolean followsPolicy() {
      return true;
    }

    @Override
    public boolean offers(String method, TakenRoute route) {
      return isNamed(method, methods) && !Policy.isHealthOfUpstream(method, route);
    }

    @Override
    public boolean offersSomeOf(String service, TakenRoute route) {
      return isNamedInPart(service, methods);
    }

    @Override
    public boolean reaches(String method, TakenRoute route) {
      return true;
    }

    @Override
    public boolean admits(PeerIdentity peer) {
      return true;
    }
  }

  private static boolean isNamed(String method, List<NamePattern> patterns) {
    return !AdminGrpc.SERVICE_NAME.equals(MethodDescriptor.extractFullServiceName(method))
        && patterns.stream().anyMatch(each -> each.matches(method));
  }

  private static boolean isNamedInPart(String service, List<NamePattern> patterns) {
    return !AdminGrpc.SERVICE_NAME.equals(service)
        && patterns.stream().anyMatch(each -> each.matchesSomeAfter(service + "/"));
  }

  /** The rights of a socket while its rights change: those that it had and keeps. */
  record CommonRights(SocketRights before, SocketRights next) implements SocketRights {
    @Override
    public boolean followsPolicy() {
      return before.followsPolicy() || next.followsPolicy();
    }

    @Override
    public boolean admits(PeerIdentity peer) {
      return before.admits(peer) && next.admits(peer);
    }

    @Override
    public boolean offers(String method, TakenRoute route) {
      return before.offers(method, route) && next.offers(method, route);
    }

    @Override
    public boolean offersSomeOf(String service, TakenRoute route) {
      return before.offersSomeOf(service, route) && next.offersSomeOf(service, route);
    }

    @Override
    public boolean reaches(String method, TakenRoute route) {
      return before.reaches(method, route) && next.reaches(method, route);
    }
  }
}
