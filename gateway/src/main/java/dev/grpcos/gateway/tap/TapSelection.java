package dev.grpcos.gateway.tap;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The open taps at one time. Safe for use by any thread. */
final class TapSelection {
  /** The most methods that are kept, because callers may invent names. */
  private static final int MOST_KNOWN = 4096;

  private final List<Tap> taps;
  private final List<TapGroup> groups;
  private final Map<String, List<TapGroup>> byMethod = new ConcurrentHashMap<>();

  TapSelection(List<Tap> taps) {
    this.taps = List.copyOf(taps);
    groups = taps.stream().map(Tap::group).distinct().toList();
  }

  List<Tap> taps() {
    return taps;
  }

  List<TapGroup> groups() {
    return groups;
  }

  /** Returns the groups that select some calls of this method. */
  List<TapGroup> groups(String method) {
    List<TapGroup> known = byMethod.get(method);
    if (known == null) {
      known = groups.stream().filter(group -> group.filter().matches(method)).toList();
      if (byMethod.size() < MOST_KNOWN) {
        byMethod.put(method, known);
      }
    }
    return known;
  }
}
