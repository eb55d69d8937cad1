package dev.grpcos.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A socket beside the gateway's own, through which some methods can be called and nothing else.
 *
 * @param listen the path, mode and group of the socket
 * @param anyone whether every user that can open the socket may call through it
 * @param users the users that may, in addition to the gateway's user and root
 * @param groups the groups whose members may
 * @param methods patterns of full method names
 * @param upstreams patterns of the names of the upstreams to which calls may go; empty for calls
 *     that go where the gateway sends them
 */
public record SocketConfig(
    ListenConfig listen,
    boolean anyone,
    Set<Integer> users,
    Set<Integer> groups,
    List<NamePattern> methods,
    List<NamePattern> upstreams) {
  public SocketConfig {
    users = Set.copyOf(users);
    groups = Set.copyOf(groups);
    methods = List.copyOf(methods);
    upstreams = List.copyOf(upstreams);
  }

  /** Creates the configuration of a socket for calls that go where the gateway sends them. */
  public SocketConfig(
      ListenConfig listen,
      boolean anyone,
      Set<Integer> users,
      Set<Integer> groups,
      List<NamePattern> methods) {
    this(listen, anyone, users, groups, methods, List.of());
  }

  /** Creates the configuration of a socket for every user that can open it. */
  public SocketConfig(ListenConfig listen, List<NamePattern> methods, List<NamePattern> upstreams) {
    this(listen, true, Set.of(), Set.of(), methods, upstreams);
  }

  /** Returns the absolute path of the socket. */
  public Path path() {
    return listen.socket();
  }
}
