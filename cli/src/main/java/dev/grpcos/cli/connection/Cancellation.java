package dev.grpcos.cli.connection;

/**
 * Notifies a command of the loss of its caller, so that calls are cancelled and streams closed.
 *
 * <p>This never happens in a separate process, which ends with its caller's signal, or once its
 * output has no reader.
 */
public interface Cancellation {
  /** A cancellation that never fires, because the process ends together with its caller. */
  Cancellation NEVER = listener -> () -> {};

  /**
   * Runs {@code listener} once when the caller is gone, or at once if it is already gone. The
   * listener runs on the thread that detects this.
   *
   * @return a registration that removes the listener
   */
  Registration onCancel(Runnable listener);

  /** A registered listener; closing the registration twice has no effect. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
