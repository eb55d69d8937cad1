package dev.grpcos.gateway.call;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Timers for the deadlines of calls. Nearly all of them are cancelled before they expire.
 *
 * <p>An event loop wakes up for each timer that another thread sets or cancels, which would be a
 * large part of the cost of an in-process call. Here, a timer wakes the thread only if it is the
 * next to expire. A tick each second usually expires earlier, except for short deadlines.
 */
public final class DeadlineTimers implements AutoCloseable {
  private static final long TICK_SECONDS = 1;

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("grpcos-timers", true));

  /** Starts the thread of the timers, which ends with {@link #close}. */
  public DeadlineTimers() {
    executor.setRemoveOnCancelPolicy(true);
    executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    var unused =
        executor.scheduleAtFixedRate(() -> {}, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns the executor that runs the timers. The caller must not shut it down. */
  public ScheduledExecutorService service() {
    return executor;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
