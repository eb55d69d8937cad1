package dev.grpcos.gateway.telemetry;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the uses of a library whose files are closed after the last one: later, its code could
 * load no further class. Safe for use by any thread.
 */
final class LibraryUse {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.telemetry");

  private final Closeable files;
  private final AtomicInteger uses = new AtomicInteger(1);

  /** Begins the first use. */
  LibraryUse(Closeable files) {
    this.files = files;
  }

  /** Begins a further use; returns false if the last one has ended. */
  boolean begin() {
    return uses.updateAndGet(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** Ends a use. */
  void end() {
    if (uses.decrementAndGet() > 0) {
      return;
    }
    try {
      files.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the files of telemetry's library cannot be closed", e);
    }
  }
}
