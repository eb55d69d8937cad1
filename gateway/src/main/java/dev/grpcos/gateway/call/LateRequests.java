package dev.grpcos.gateway.call;

import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ends calls whose single request has not arrived within {@code limits.request_wait}, unless it
 * arrives at the least rate, on average over each such period.
 *
 * <p>It looks at the open calls four times in that period, which costs a call nothing. A call ends
 * at most a quarter of the period too late.
 */
public final class LateRequests {
  /** The least rate at which a slow request must arrive, in bytes in a second. */
  private static final int LEAST_RATE = 16 << 10;

  private static final int LOOKS = 4;

  private final OpenCalls calls;
  private final OpenCalls.Methods methods;
  private final Supplier<Duration> wait;
  private final EventLoop loop;

  /**
   * Creates an object that does nothing until it is started.
   *
   * @param methods the known methods
   * @param wait returns the current period
   */
  public LateRequests(
      OpenCalls calls, OpenCalls.Methods methods, Supplier<Duration> wait, EventLoopGroup loops) {
    this.calls = calls;
    this.methods = methods;
    this.wait = wait;
    this.loop = loops.next();
  }

  /** Starts to look at the calls, until the event loops end. */
  public void start() {
    var unused = loop.schedule(this::look, wait.get().toNanos() / LOOKS, TimeUnit.NANOSECONDS);
  }

  /** Returns the bytes of a slow request that must arrive in this period. */
  public static long leastBytes(Duration period) {
    return Math.max(1, period.toMillis() * LEAST_RATE / 1000);
  }

  private void look() {
    Duration period = wait.get();
    Status status =
        Status.DEADLINE_EXCEEDED.withDescription(
            "the request did not arrive within %d ms (limits.request_wait of the gateway)"
                .formatted(period.toMillis()));
    calls.endLate(LOOKS, leastBytes(period), methods, status);
    start();
  }
}
