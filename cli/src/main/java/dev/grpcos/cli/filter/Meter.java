package dev.grpcos.cli.filter;

import com.sun.management.ThreadMXBean;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import io.grpc.Context;
import io.grpc.Status;
import java.lang.management.ManagementFactory;

/**
 * Limits a filter: ends it when its caller is gone, or when it has used too much memory.
 *
 * <p>A filter is a program. It may run forever or build a value of any size. The interpreter has no
 * limits, so the meter checks them at each function call and for each value that a function
 * returns. It counts the memory that is allocated from one result to the next, an upper bound of
 * the memory in use.
 */
final class Meter {
  private static final long MAX_BYTES = 512L << 20;

  /** The ratio of the size of a node tree to that of its text, for a few trees. */
  private static final long BYTES_PER_BYTE = 64;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long allowance = MAX_BYTES;
  private long end;

  /** Starts with a new value of this many bytes of JSON. */
  void begin(long bytes) {
    allowance = MAX_BYTES + BYTES_PER_BYTE * bytes;
    renew();
  }

  /** Starts again after a result has been written. */
  void renew() {
    end = threads.getCurrentThreadAllocatedBytes() + allowance;
  }

  /**
   * Counts a step of the filter.
   *
   * @throws CliException if the filter must end
   */
  void step() {
    if (Context.current().isCancelled()) {
      throw new CallFailedException(
          Status.CANCELLED.withDescription("the caller is gone"), null, "--jq");
    }
    if (threads.getCurrentThreadAllocatedBytes() - end > 0) {
      throw CliException.failure(
          "--jq took more than %d MiB of memory for its next result, which is the limit; select"
              + " less, or filter the responses with jq",
          allowance >> 20);
    }
  }
}
