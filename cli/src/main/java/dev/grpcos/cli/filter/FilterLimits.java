package dev.grpcos.cli.filter;

import java.lang.management.ManagementFactory;
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
  private static final int MOST_PROCESSES = 4;
  private static final long LEAST_HEAP = 32L << 20;
  private static final long MOST_HEAP = 512L << 20;

  /** The memory of a process besides its heap. */
  private static final long OVERHEAD = 40L << 20;

  /** The part of the memory that all processes together may take. */
  private static final int PART = 4;

  /** Returns the limits for this machine or container, and this gateway's heap. */
  public static FilterLimits here() {
    var system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return of(Runtime.getRuntime().maxMemory(), system.getTotalMemorySize());
  }

  /**
   * Returns the limits in a gateway with this maximum heap. All processes together get a quarter of
   * the memory, but there is always one.
   *
   * @param memory the memory of the machine, or of the container
   */
  static FilterLimits of(long gatewayHeap, long memory) {
    long processes = Math.max(1, Math.min(MOST_PROCESSES, memory / PART / (LEAST_HEAP + OVERHEAD)));
    long share = Math.min(gatewayHeap / MOST_PROCESSES, memory / PART / processes - OVERHEAD);
    return new FilterLimits(
        (int) processes,
        Math.max(LEAST_HEAP, Math.min(MOST_HEAP, share)),
        Duration.ofSeconds(20),
        Duration.ofSeconds(3),
        Duration.ofMinutes(1));
  }
}
