package dev.grpcos.cli.daemon;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Runs something for a signal in place of its default action.
 *
 * <p>The JDK's only way is {@code sun.misc.Signal}, which is exported for use but whose every
 * mention the compiler warns of; hence by reflection. A shutdown hook would not do: the JVM's log
 * is closed while hooks run, and the exit code is no longer ours.
 */
final class Signals {
  private Signals() {}

  /**
   * From now on the signal runs the action, each time on a thread of its own.
   *
   * @param name without SIG, as in TERM
   */
  static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      Method handle = signal.getMethod("handle", signal, handler);
      Object previous =
          handle.invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
      if (previous == null) {
        throw new IllegalStateException("the JVM keeps SIG" + name + " for itself");
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot handle SIG" + name, e);
    }
  }
}
