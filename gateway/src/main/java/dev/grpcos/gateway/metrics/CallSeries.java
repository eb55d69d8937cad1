package dev.grpcos.gateway.metrics;

import dev.grpcos.gateway.telemetry.TracedCall;
import io.grpc.Status;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Counts the calls of one method, route and socket. Safe for use by any thread. */
final class CallSeries {
  /** The method of calls that have no series of their own. */
  static final String OTHER = "other";

  private static final int CODES = Status.Code.values().length;

  /** What the calls of a series have in common, see {@link CallCounts}. */
  record SeriesKey(String method, String route, String socket) {}

  private final SeriesKey key;
  private final CallCounter calls = new CallCounter();
  private final AtomicReferenceArray<@Nullable CallTotals> ended =
      new AtomicReferenceArray<>(CODES);

  CallSeries(SeriesKey key) {
    this.key = key;
  }

  /** Returns whether the series belongs to one method. */
  boolean isOfOneMethod() {
    return !key.method.equals(OTHER);
  }

  /** Returns what the span of a call of this user contains. */
  TracedCall traced(int uid) {
    return new TracedCall(key.method, key.route, key.socket, uid);
  }

  void start() {
    calls.start();
  }

  void end() {
    calls.end();
  }

  /** Returns the calls that ended with this status, or null if there are none. */
  @Nullable CallTotals known(Status.Code status) {
    return ended.get(status.value());
  }

  /** Returns the calls that ended with this status. */
  CallTotals of(Status.Code status) {
    CallTotals known = ended.get(status.value());
    if (known == null) {
      ended.compareAndSet(status.value(), null, new CallTotals());
      return of(status);
    }
    return known;
  }

  CallCounts counts() {
    Map<Status.Code, EndedCalls> byStatus = new EnumMap<>(Status.Code.class);
    for (Status.Code status : Status.Code.values()) {
      CallTotals known = known(status);
      if (known != null) {
        byStatus.put(status, known.ended());
      }
    }
    return new CallCounts(
        key.method, key.route, key.socket, calls.started(), calls.inFlight(), byStatus);
  }
}
