package dev.grpcos.gateway.call;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Timers for the deadlines of calls, of which nearly all are cancelled long before their time.
 *
 * <p>An event loop is woken for each timer that is set or cancelled from elsewhere, which would be
 * a good part of what an in-process call costs. Here a timer wakes the thread only if it is the
 * next to come; a tick each second sees to it that deadlines are not, unless they are short.
 */
public final class DeadlineTimers implements AutoCloseable {
  private static final long TICK_SECONDS = 1;

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("grpcos-timers", true));

  /** Timers whose thread ends with {@link #close}. */
  public DeadlineTimers() {
    executor.setRemoveOnCancelPolicy(true);
    executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    var unused =
        executor.scheduleAtFixedRate(() -> {}, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
  }

  /** Where timers are set; it is not the caller's to end. */
  public ScheduledExecutorService service() {
    return executor;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
