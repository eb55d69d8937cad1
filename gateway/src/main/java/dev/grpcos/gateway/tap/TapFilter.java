package dev.grpcos.gateway.tap;

import dev.grpcos.gateway.config.NamePattern;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.route.Route.UpstreamRoute;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Selects calls: those that match one value of each set that is not empty.
 *
 * @param methods patterns of methods or services, see {@link #matches(String)}
 * @param uids the users
 * @param sockets the paths or names of sockets
 * @param origins the origins of routes, as in {@link dev.grpcos.gateway.route.Route#origin}
 */
record TapFilter(
    List<NamePattern> methods, Set<Integer> uids, Set<String> sockets, Set<String> origins) {
  /** The calls that a tap without a pattern leaves out: those about the gateway itself. */
  private static final List<NamePattern> LEFT_OUT =
      List.of(new NamePattern("grpc.reflection.*"), new NamePattern(AdminGrpc.SERVICE_NAME + "/*"));

  /** Tapping a tap would never end. */
  private static final Set<String> NEVER =
      Set.of(
          AdminGrpc.getTapMethod().getFullMethodName(),
          AdminGrpc.getEndTapMethod().getFullMethodName());

  TapFilter {
    methods = List.copyOf(methods);
    uids = Set.copyOf(uids);
    sockets = Set.copyOf(sockets);
    origins = Set.copyOf(origins);
  }

  /** Creates a filter of these patterns and names. */
  static TapFilter of(
      List<String> patterns, Set<Integer> uids, Set<String> sockets, Set<String> upstreams) {
    List<NamePattern> methods = new ArrayList<>();
    patterns.forEach(text -> methods.addAll(patterns(text)));
    return new TapFilter(
        methods,
        uids,
        sockets,
        upstreams.stream().map(UpstreamRoute::origin).collect(Collectors.toSet()));
  }

  /** Returns patterns of full method names: for the text, and for names that end with it. */
  static List<NamePattern> patterns(String text) {
    List<NamePattern> patterns = new ArrayList<>();
    patterns.add(new NamePattern(text));
    patterns.add(new NamePattern("*." + text));
    if (text.indexOf('/') < 0) {
      patterns.add(new NamePattern("*/" + text));
      patterns.add(new NamePattern(text + "/*"));
      patterns.add(new NamePattern("*." + text + "/*"));
    }
    return patterns;
  }

  /** Returns whether the filter selects some calls of this method, by its full name. */
  boolean matches(String method) {
    return !NEVER.contains(method)
        && (methods.isEmpty()
            ? LEFT_OUT.stream().noneMatch(each -> each.matches(method))
            : methods.stream().anyMatch(each -> each.matches(method)));
  }

  /** Returns whether the filter selects calls by their method alone. */
  boolean isForAllCallers() {
    return uids.isEmpty() && sockets.isEmpty() && origins.isEmpty();
  }

  /** Returns whether the filter selects the calls of this caller that have this origin. */
  boolean matches(SocketCaller caller, @Nullable String origin) {
    return (uids.isEmpty() || uids.contains(caller.peer().uid()))
        && (sockets.isEmpty() || sockets.stream().anyMatch(caller.socket()::isCalled))
        && (origins.isEmpty() || (origin != null && origins.contains(origin)));
  }
}
