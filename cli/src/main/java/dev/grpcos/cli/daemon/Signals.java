package dev.grpcos.cli.daemon;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Replaces the default actions of signals.
 *
 * <p>The JDK's only API for this is {@code sun.misc.Signal}. It is called by reflection, because
 * the compiler warns about every direct use. A shutdown hook is not sufficient: the log is closed
 * while hooks run, and the exit code cannot be set.
 */
final class Signals {
  private Signals() {}

  /**
   * Makes the signal run the action, each time on a new thread.
   *
   * @param name the name without SIG, as in TERM
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
        throw new IllegalStateException("the JVM reserves SIG" + name);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot handle SIG" + name, e);
    }
  }
}
