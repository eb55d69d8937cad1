package dev.grpcos.gateway.config;

import java.util.List;
import java.util.Set;

/**
 * A rule that allows these users, and the members of these groups, to call these methods.
 *
 * @param users user ids
 * @param groups group ids; supplementary groups count
 * @param methods patterns of full method names, {@code package.Service/Method}
 * @param upstreams patterns of the names of the upstreams to which calls may go; empty for calls
 *     that go where the gateway sends them
 */
public record PolicyRule(
    Set<Integer> users,
    Set<Integer> groups,
    List<NamePattern> methods,
    List<NamePattern> upstreams) {
  /** Creates a rule for calls that go where the gateway sends them. */
  public PolicyRule(Set<Integer> users, Set<Integer> groups, List<NamePattern> methods) {
    this(users, groups, methods, List.of());
  }

  public PolicyRule {
    users = Set.copyOf(users);
    groups = Set.copyOf(groups);
    methods = List.copyOf(methods);
    upstreams = List.copyOf(upstreams);
  }
}
