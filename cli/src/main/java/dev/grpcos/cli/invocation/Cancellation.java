package dev.grpcos.cli.invocation;

/**
 * Tells a command that its caller is gone, so that calls are cancelled and streams closed.
 *
 * <p>In a process of its own this never happens: the process ends with its caller's signal, or once
 * its output has no reader.
 */
public interface Cancellation {
  /** A caller that can't be lost before the process is. */
  Cancellation NEVER = listener -> () -> {};

  /**
   * Runs {@code listener} once when the caller is gone, at once if it already is, on whatever
   * thread notices.
   *
   * @return takes the listener back
   */
  Registration onCancel(Runnable listener);

  /** A listener's place; closing it twice is harmless. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
