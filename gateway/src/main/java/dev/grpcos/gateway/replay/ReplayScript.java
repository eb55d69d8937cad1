package dev.grpcos.gateway.replay;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The recorded calls, and which of them have been answered. Equal calls are answered in the order
 * of the recording, and the last answer repeats. Safe for use by any thread.
 */
final class ReplayScript {
  /** The maximum number of calls that are compared to find the nearest. */
  private static final int MOST_COMPARED = 500;

  private final String name;
  private final boolean inOrder;
  private final List<ReplayEntry> calls;
  private final Map<String, List<ReplayEntry>> byMethod = new HashMap<>();
  private final Map<String, List<ReplayEntry>> byKey = new HashMap<>();

  /** The numbers of the calls that have been answered. */
  private final BitSet used = new BitSet();

  private int next;

  /**
   * Creates a script.
   *
   * @param name the name of the recording in messages
   * @param inOrder whether calls must come in the order in which the recorded ones began
   */
  ReplayScript(String name, List<ReplayEntry> calls, boolean inOrder) {
    this.name = name;
    this.inOrder = inOrder;
    this.calls = new ArrayList<>(calls);
    if (inOrder && calls.stream().allMatch(each -> each.time() != null)) {
      this.calls.sort(Comparator.comparing(each -> Objects.requireNonNull(each.time())));
    }
    for (ReplayEntry call : calls) {
      byMethod.computeIfAbsent(call.method(), key -> new ArrayList<>()).add(call);
      byKey.computeIfAbsent(key(call.method(), call.key()), key -> new ArrayList<>()).add(call);
    }
  }

  private static String key(String method, String requests) {
    return method + "\n" + requests;
  }

  /** Returns the calls that a call of this method may be answered from. */
  synchronized List<ReplayEntry> candidates(String method) {
    if (!inOrder) {
      return byMethod.getOrDefault(method, List.of());
    }
    ReplayEntry expected = expected();
    return expected != null && expected.method().equals(method) ? List.of(expected) : List.of();
  }

  private @Nullable ReplayEntry expected() {
    return next < calls.size() ? calls.get(next) : null;
  }

  /** Returns the largest number of requests that a recorded call of this method has. */
  int mostRequests(String method) {
    return byMethod.getOrDefault(method, List.of()).stream()
        .mapToInt(each -> each.requests().size())
        .max()
        .orElse(0);
  }

  /** Takes the recorded call for these requests of a call; returns null if there is none. */
  synchronized @Nullable ReplayEntry take(String method, List<RequestJson> requests) {
    String key = ReplayEntry.key(requests);
    ReplayEntry expected = expected();
    if (inOrder && (expected == null || !expected.method().equals(method))) {
      return null;
    }
    List<ReplayEntry> equal =
        inOrder && expected != null
            ? expected.key().equals(key) ? List.of(expected) : List.of()
            : byKey.getOrDefault(key(method, key), List.of());
    if (equal.isEmpty()) {
      equal =
          candidates(method).stream().filter(each -> each.failedAfterFirstOf(requests)).toList();
    }
    if (equal.isEmpty()) {
      return null;
    }
    ReplayEntry taken = preferred(equal);
    use(taken);
    return taken;
  }

  /** Returns the first of these calls that has not been answered, or the last one. */
  synchronized ReplayEntry preferred(Collection<ReplayEntry> equal) {
    ReplayEntry last = null;
    for (ReplayEntry each : equal) {
      last = each;
      if (!used.get(each.number())) {
        return each;
      }
    }
    if (last == null) {
      throw new IllegalArgumentException("no calls");
    }
    return last;
  }

  /** Records that a call has been answered. */
  synchronized void use(ReplayEntry call) {
    used.set(call.number());
    ReplayEntry expected = expected();
    if (expected != null && expected.number() == call.number()) {
      next++;
    }
  }

  /** Returns the reason why there is no call with these requests. */
  synchronized String absence(String method, List<RequestJson> requests) {
    ReplayEntry expected = expected();
    if (inOrder && expected == null) {
      return "all %d calls of %s have been answered".formatted(calls.size(), name);
    }
    if (inOrder && expected != null && !expected.method().equals(method)) {
      return "the next call of %s, in line %d, is %s, not %s"
          .formatted(name, expected.line(), expected.method(), method);
    }
    List<ReplayEntry> known =
        inOrder && expected != null ? List.of(expected) : byMethod.getOrDefault(method, List.of());
    if (known.isEmpty()) {
      return "%s has no call of %s".formatted(name, method);
    }
    ReplayEntry nearest = known.get(0);
    RequestDifference least = RequestDifference.of(nearest.requests(), requests);
    for (ReplayEntry each : known.subList(1, Math.min(known.size(), MOST_COMPARED))) {
      RequestDifference difference = RequestDifference.of(each.requests(), requests);
      if (difference.count() < least.count()) {
        nearest = each;
        least = difference;
      }
    }
    return "%s has no call of %s with this request; %s, in line %d, differs: %s"
        .formatted(
            name, method, inOrder ? "the next" : "the nearest", nearest.line(), least.text());
  }
}
