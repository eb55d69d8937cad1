package dev.grpcos.cli.session;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The places for calls in flight, and the calls that wait for one. Confined to one thread. */
final class Places {
  private final int most;
  private final Set<SessionCall> inFlight = new LinkedHashSet<>();
  private final Set<SessionCall> waiting = new LinkedHashSet<>();

  Places(int most) {
    this.most = most;
  }

  /** Gives the call a place, or lets it wait; returns whether it has a place. */
  boolean take(SessionCall call) {
    return (inFlight.size() < most ? inFlight : waiting).add(call) && inFlight.contains(call);
  }

  /** Removes a call that has ended; returns the next one, which has its place now, or null. */
  @Nullable SessionCall leave(SessionCall call) {
    if (waiting.remove(call)) {
      return null;
    }
    inFlight.remove(call);
    for (SessionCall next : waiting) {
      waiting.remove(next);
      inFlight.add(next);
      return next;
    }
    return null;
  }

  /** Removes and returns the calls that wait. */
  Set<SessionCall> removeWaiting() {
    Set<SessionCall> removed = new LinkedHashSet<>(waiting);
    waiting.clear();
    return removed;
  }

  int waiting() {
    return waiting.size();
  }

  /** Returns whether a further call would wait. */
  boolean isFull() {
    return inFlight.size() >= most;
  }

  boolean isWaiting(SessionCall call) {
    return waiting.contains(call);
  }

  /** Returns the call that has waited for the shortest time. There must be one. */
  SessionCall lastWaiting() {
    SessionCall last = null;
    for (SessionCall call : waiting) {
      last = call;
    }
    return Objects.requireNonNull(last);
  }

  /** Returns the room that the calls hold which wait. */
  int waitingRoom() {
    return waiting.stream().mapToInt(SessionCall::held).sum();
  }

  /** Returns whether a call in flight can end without a further line for it. */
  boolean canAdvance() {
    return inFlight.stream().anyMatch(call -> !call.isOpen());
  }
}
