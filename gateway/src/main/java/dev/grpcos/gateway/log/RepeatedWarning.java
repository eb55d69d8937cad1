package dev.grpcos.gateway.log;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A warning about a condition that is checked repeatedly, such as a missing file.
 *
 * <p>A text is logged when it differs from the last one, and at most once in ten minutes while it
 * stays the same. Safe for use by any thread.
 */
public final class RepeatedWarning {
  private static final Duration PAUSE = Duration.ofMinutes(10);

  private final System.Logger log;
  private final LongSupplier nanoTime;

  // Guarded by this.
  private String last = "";
  private long logged;

  public RepeatedWarning(System.Logger log) {
    this(log, System::nanoTime);
  }

  RepeatedWarning(System.Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /** Logs the text, unless the same text was logged a short time ago. */
  public void warn(String text) {
    if (isDue(text)) {
      log.log(Level.WARNING, text);
    }
  }

  /** Records that the condition is over. Its next occurrence is logged at once. */
  public synchronized void clear() {
    last = "";
  }

  private synchronized boolean isDue(String text) {
    long now = nanoTime.getAsLong();
    if (text.equals(last) && now - logged < PAUSE.toNanos()) {
      return false;
    }
    last = text;
    logged = now;
    return true;
  }
}
