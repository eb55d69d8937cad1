package dev.grpcos.cli.resident;

import dev.grpcos.cli.invocation.Cancellation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fires once, when the launcher's connection is closed; listeners run on its event loop. */
final class LauncherGone implements Cancellation {
  private static final Logger LOG = System.getLogger(LauncherGone.class.getName());

  /** By a key of each one's own, so that one given twice is taken back once, and quickly. */
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
    List<Runnable> told;
    synchronized (this) {
      fired = true;
      told = List.copyOf(listeners.values());
      listeners.clear();
    }
    for (Runnable listener : told) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        // One listener's fault must not keep a call of another one going.
        LOG.log(Level.ERROR, "a command failed to cancel", e);
      }
    }
  }
}
