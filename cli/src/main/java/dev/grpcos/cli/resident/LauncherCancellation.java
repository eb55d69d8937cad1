package dev.grpcos.cli.resident;

import dev.grpcos.cli.connection.Cancellation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cancellation that fires once, when the launcher's connection is closed; listeners run on its
 * event loop.
 */
final class LauncherCancellation implements Cancellation {
  private static final Logger LOG = System.getLogger(LauncherCancellation.class.getName());

  /**
   * The listeners by a key for each registration, so that a listener registered twice is removed
   * once, in constant time.
   */
  private final Map<Object, Runnable> listeners = new LinkedHashMap<>();

  private boolean fired;

  @Override
  public Registration onCancel(Runnable listener) {
    Object key = new Object();
    synchronized (this) {
      if (!fired) {
        listeners.put(key, listener);
        return () -> remove(key);
      }
    }
    listener.run();
    return () -> {};
  }

  private synchronized void remove(Object key) {
    listeners.remove(key);
  }

  void fire() {
    List<Runnable> current;
    synchronized (this) {
      fired = true;
      current = List.copyOf(listeners.values());
      listeners.clear();
    }
    for (Runnable listener : current) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        // A failing listener must not prevent the cancellation of other calls.
        LOG.log(Level.ERROR, "a command failed to cancel", e);
      }
    }
  }
}
