package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.LateRequests;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time limit of a connection's phase. A phase that moves bytes may take any time, as long as it
 * moves them at the least rate, on average over each period of the limit. Confined to the event
 * loop.
 */
final class PhaseTimer {
  private final MovingTimer timer;
  private final Runnable expired;
  private Duration limit = Duration.ZERO;

  /** Returns the bytes that have moved; null if the limit is strict. */
  private @Nullable LongSupplier moved;

  /** The bytes that had moved when the timer was set. */
  private long before;

  /** Creates a timer that is not set. */
  PhaseTimer(EventExecutor loop, Runnable expired) {
    this.expired = expired;
    timer = new MovingTimer(loop, this::expire);
  }

  /** Limits the phase to this time. */
  void set(Duration strictLimit) {
    limit = strictLimit;
    moved = null;
    timer.set(limit);
  }

  /**
   * Limits the phase to this time. Each time that it expires after enough bytes have moved, it
   * begins again.
   *
   * @param movedBytes returns a number that grows with each byte
   */
  void set(Duration period, LongSupplier movedBytes) {
    limit = period;
    moved = movedBytes;
    before = movedBytes.getAsLong();
    timer.set(limit);
  }

  /** Does not limit the phase. */
  void clear() {
    timer.clear();
  }

  /** Clears the timer, and frees what it holds. */
  void cancel() {
    timer.cancel();
  }

  private void expire() {
    LongSupplier bytes = moved;
    if (bytes != null && bytes.getAsLong() - before >= LateRequests.leastBytes(limit)) {
      set(limit, bytes);
    } else {
      expired.run();
    }
  }
}
