package dev.grpcos.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * The threads that convert large messages, which their first use creates: most gateways need none.
 * All calls share them. Safe for use by any thread.
 */
public final class SharedConverters {
  private @Nullable WorkThreads threads;

  /** Creates an object without threads. */
  public SharedConverters() {}

  /** Creates an object with these threads. */
  SharedConverters(WorkThreads threads) {
    this.threads = threads;
  }

  /** Returns the threads. */
  public synchronized WorkThreads get() {
    WorkThreads known = threads;
    if (known == null) {
      known = WorkThreads.converters();
      threads = known;
    }
    return known;
  }
}
