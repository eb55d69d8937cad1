package dev.grpcos.cli.invocation;

import dev.grpcos.cli.failure.ExitCode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the default actions of signals.
 *
 * <p>The JDK's only API for this is {@code sun.misc.Signal}. It is called by reflection, because
 * the compiler warns about every direct use. A shutdown hook is not sufficient: the log is closed
 * while hooks run, and the exit code cannot be set.
 */
public final class Signals {
  private Signals() {}

  /**
   * Makes the signal run the action, each time on a new thread.
   *
   * @param name the name without SIG, as in TERM
   */
  public static void handle(String name, Runnable action) {
    Runnable unused = replace(name, action);
  }

  /**
   * Makes the first SIGTERM or SIGINT run the action; a second one ends the process.
   *
   * @param action gets the name without SIG
   */
  public static void handleEnd(Consumer<String> action) {
    AtomicBoolean asked = new AtomicBoolean();
    Map.of("TERM", 15, "INT", 2)
        .forEach(
            (name, number) ->
                handle(
                    name,
                    () -> {
                      if (asked.getAndSet(true)) {
                        Runtime.getRuntime().halt(ExitCode.SIGNAL_BASE + number);
                      }
                      action.accept(name);
                    }));
  }

  /** As {@link #handle}; returns an action that restores the previous handler. */
  static Runnable replace(String name, Runnable action) {
    try {
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
      Object previous = install(name, ours);
      if (previous == null) {
        throw new IllegalStateException("the JVM reserves SIG" + name);
      }
      return () -> reinstall(name, previous);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot handle SIG" + name, e);
    }
  }

  private static void reinstall(String name, Object handler) {
    try {
      Object unused = install(name, handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot restore SIG" + name, e);
    }
  }

  /**
   * Restores the kernel's action, so that the signal ends the process and its parent sees by which
   * signal. A signal that was ignored when the process started stays ignored.
   */
  public static void restore(String name) {
    try {
      Object kernels = Class.forName("sun.misc.SignalHandler").getField("SIG_DFL").get(null);
      Object unused = install(name, kernels);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot restore SIG" + name, e);
    }
  }

  /**
   * Ends this process by a signal whose action is the kernel's. The JDK can send a signal only to
   * its own handlers. If it exits with a number instead, a shell does not see a signal.
   */
  static void endBy(String name) {
    String kill = "kill -s " + name + " " + ProcessHandle.current().pid();
    try {
      int unused = new ProcessBuilder("sh", "-c", kill).redirectErrorStream(true).start().waitFor();
    } catch (IOException e) {
      Runtime.getRuntime().halt(ExitCode.FAILURE); // there is no shell
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitCode.FAILURE);
  }

  private static @Nullable Object install(String name, Object ours)
      throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Method handle = signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
    return handle.invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
  }
}
