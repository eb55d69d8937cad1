package dev.grpcos.gateway.exec;

import io.grpc.Status;
import io.grpc.StatusException;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The thread for work that would block an event loop: starting {@code grpcos-exec}, and converting
 * large messages.
 *
 * <p>There is one thread, so that only one large message is converted at a time; a conversion takes
 * several times the memory of the message. The thread ends when it has been idle for a while. Safe
 * for use by any thread.
 */
final class Background implements Executor, AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.exec");

  /**
   * The size up to which a message is converted on the event loop, which takes about a millisecond.
   */
  private static final int SMALL = 64 * 1024;

  private static final int IDLE_SECONDS = 10;

  /** A conversion between a message and its JSON. */
  interface Conversion<T> {
    T run() throws StatusException;
  }

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            Thread made = new Thread(task, "grpcos-exec");
            made.setDaemon(true);
            return made;
          },
          new ThreadPoolExecutor.DiscardPolicy());

  Background() {
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  /**
   * Converts a message and passes the result on: immediately if the message is small, otherwise in
   * a task on the caller's loop.
   *
   * @param size the size of the message or its JSON, in bytes
   */
  <T> void convert(
      int size,
      Executor loop,
      Conversion<T> conversion,
      Consumer<T> success,
      Consumer<Status> failure) {
    if (size <= SMALL) {
      outcome(conversion, success, failure).run();
    } else {
      thread.execute(() -> pass(outcome(conversion, success, failure), loop));
    }
  }

  private static <T> Runnable outcome(
      Conversion<T> conversion, Consumer<T> success, Consumer<Status> failure) {
    try {
      T result = conversion.run();
      return () -> success.accept(result);
    } catch (StatusException e) {
      return () -> failure.accept(e.getStatus());
    } catch (OutOfMemoryError e) {
      return () -> {
        throw e; // the call's own loop handles it
      };
    }
  }

  private static void pass(Runnable outcome, Executor loop) {
    try {
      loop.execute(outcome);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "the gateway has ended, and the call with it", e);
    }
  }

  /** Starts no further work. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
