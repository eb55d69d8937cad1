package dev.grpcos.gateway.metrics;

/** Counts the calls that end. Safe for use by any thread. */
final class CallTotals {
  private final Histogram durations = new Histogram(Buckets.DURATION);
  private final Histogram received = new Histogram(Buckets.SIZE);
  private final Histogram sent = new Histogram(Buckets.SIZE);

  /**
   * Adds a call.
   *
   * @param nanos its duration
   * @param receivedBytes the size of its requests
   * @param sentBytes the size of its responses
   */
  void add(long nanos, long receivedBytes, long sentBytes) {
    durations.add(nanos);
    received.add(receivedBytes);
    sent.add(sentBytes);
  }

  EndedCalls ended() {
    return new EndedCalls(durations.countsNow(), received.countsNow(), sent.countsNow());
  }
}
