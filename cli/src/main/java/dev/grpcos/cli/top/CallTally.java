package dev.grpcos.cli.top;

import dev.grpcos.proto.admin.v1.CallerCalls;
import dev.grpcos.proto.admin.v1.MethodCalls;
import dev.grpcos.proto.admin.v1.StatusCalls;
import java.util.List;

/** The sums of counters that belong together. */
final class CallTally {
  private static final String OK = "OK";
  private static final double MEDIAN = 0.5;
  private static final double HIGH = 0.99;

  private final long[] durations;
  private long started;
  private long failed;
  private long inFlight;
  private long received;
  private long sent;

  /**
   * Creates a tally without calls.
   *
   * @param buckets the number of buckets of durations
   */
  CallTally(int buckets) {
    durations = new long[buckets];
  }

  void add(MethodCalls calls) {
    started += calls.getStarted();
    inFlight += calls.getInFlight();
    for (StatusCalls each : calls.getStatusesList()) {
      failed += each.getStatus().equals(OK) ? 0 : each.getCalls();
      received += each.getReceived().getSum();
      sent += each.getSent().getSum();
      addDurations(each.getSeconds().getCountsList());
    }
  }

  void add(CallerCalls calls) {
    started += calls.getStarted();
    inFlight += calls.getInFlight();
    failed += calls.getFailed();
    received += calls.getReceived().getSum();
    sent += calls.getSent().getSum();
    addDurations(calls.getSeconds().getCountsList());
  }

  private void addDurations(List<Long> counts) {
    for (int i = 0; i < Math.min(durations.length, counts.size()); i++) {
      durations[i] += counts.get(i);
    }
  }

  /**
   * Returns the calls since an earlier tally. If a counter is lower than before, the gateway has
   * restarted, and counts from zero.
   *
   * @param seconds the time since then; 0 for no rates
   * @param bounds the upper bounds of the buckets of durations
   */
  TopRow since(CallTally before, String name, double seconds, List<Double> bounds) {
    boolean restarted = before.started > started;
    CallTally base = restarted ? new CallTally(durations.length) : before;
    long[] counts = new long[durations.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.max(0, durations[i] - base.durations[i]);
    }
    return new TopRow(
        name,
        rate(started, base.started, seconds),
        rate(failed, base.failed, seconds),
        Quantile.of(MEDIAN, counts, bounds),
        Quantile.of(HIGH, counts, bounds),
        inFlight,
        rate(received, base.received, seconds),
        rate(sent, base.sent, seconds));
  }

  private static double rate(long now, long before, double seconds) {
    return seconds <= 0 ? 0 : Math.max(0, now - before) / seconds;
  }
}
