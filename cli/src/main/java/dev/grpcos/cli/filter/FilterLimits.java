package dev.grpcos.cli.filter;

import java.time.Duration;

/**
 * The limits of expressions in the gateway.
 *
 * @param processes the maximum number of processes, each of which serves one command at a time
 * @param heap the maximum heap of each process, in bytes
 * @param start the time limit for the start of a process
 * @param time the time limit for compiling, and for each result
 * @param idle the time for which an unused process is kept
 */
public record FilterLimits(int processes, long heap, Duration start, Duration time, Duration idle) {
  private static final int PROCESSES = 4;
  private static final long LEAST_HEAP = 32L << 20;
  private static final long MOST_HEAP = 512L << 20;

  /**
   * Returns the limits in a gateway with this maximum heap. A process gets its share of that, at
   * least 32 MiB and at most 512 MiB.
   */
  public static FilterLimits of(long gatewayHeap) {
    return new FilterLimits(
        PROCESSES,
        Math.max(LEAST_HEAP, Math.min(MOST_HEAP, gatewayHeap / PROCESSES)),
        Duration.ofSeconds(20),
        Duration.ofSeconds(3),
        Duration.ofMinutes(1));
  }
}
