package dev.grpcos.cli.filter;

import com.sun.management.ThreadMXBean;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import io.grpc.Context;
import io.grpc.Status;
import java.lang.management.ManagementFactory;

/**
 * Sees to it that a filter ends: with its caller, and before it takes the memory that others in
 * this process need.
 *
 * <p>A filter is a program, and jq's can run for ever or build a value of any size, in a process
 * that may be the gateway. The interpreter offers no bounds, so they are looked at with each call
 * of a function and each value that one gives. What is counted is memory allocated from one result
 * to the next, which what is held at once can't exceed.
 */
final class Meter {
  private static final long MAX_BYTES = 512L << 20;

  /** A tree of nodes takes so many times the bytes of its text, and a filter makes a few trees. */
  private static final long BYTES_PER_BYTE = 64;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long allowance = MAX_BYTES;
  private long end;

  /** A value of so many bytes of JSON is about to be filtered. */
  void begin(long bytes) {
    allowance = MAX_BYTES + BYTES_PER_BYTE * bytes;
    renew();
  }

  /** The filter gave a result, which was written. */
  void renew() {
    end = threads.getCurrentThreadAllocatedBytes() + allowance;
  }

  /**
   * The filter does a step.
   *
   * @throws CliException if it must not go on
   */
  void step() {
    if (Context.current().isCancelled()) {
      throw new CallFailedException(
          Status.CANCELLED.withDescription("the caller is gone"), null, "--jq");
    }
    if (threads.getCurrentThreadAllocatedBytes() - end > 0) {
      throw CliException.failure(
          "--jq took more than %d MiB of memory for its next result; a filter has no more",
          allowance >> 20);
    }
  }
}
