package dev.grpcos.cli.call;

import dev.grpcos.cli.failure.CliException;
import io.grpc.Context;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests on a separate thread, so that callbacks and reading do not wait for each other.
 *
 * <p>If the thread is blocked in a read when the calls end, it ends after that read. It is a daemon
 * thread, so it does not keep the process alive.
 */
public final class RequestThread {
  /** A step: takes a request and passes it on. */
  @FunctionalInterface
  public interface ReadingStep {
    /** Runs the step; returns false if there is no further step. */
    boolean run() throws InterruptedException;
  }

  private final Thread thread;
  private final ReadingStep step;
  private final Runnable atEnd;
  private Consumer<RuntimeException> onFailure = failure -> {};
  private volatile @Nullable RuntimeException failure;
  private volatile boolean stopped;
  private volatile boolean ended;

  public RequestThread(String name, ReadingStep step, Runnable atEnd) {
    this.step = step;
    this.atEnd = atEnd;
    // Calls that are started here belong to the context of the command.
    this.thread = new Thread(Context.current().wrap(this::run), name);
    this.thread.setDaemon(true);
  }

  /** Sets the listener for the exception of a step; called before the start. */
  public void onFailure(Consumer<RuntimeException> listener) {
    onFailure = listener;
  }

  public void start() {
    thread.start();
  }

  /** Prevents further steps. */
  public void stop() {
    stopped = true;
    thread.interrupt();
  }

  /** Returns whether the last request has been read. */
  boolean ended() {
    return ended;
  }

  /** Throws the exception that ended the steps early, if there is one. */
  public void rethrow() {
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
  }

  private void fail(RuntimeException reason) {
    if (!stopped) {
      failure = reason;
      onFailure.accept(reason);
    }
  }

  private void run() {
    try {
      boolean more = true;
      while (more && !stopped) {
        more = step.run();
      }
    } catch (InterruptedException e) {
      // Only stop() interrupts; there are no further steps then.
      Thread.currentThread().interrupt();
    } catch (OutOfMemoryError | StackOverflowError e) {
      // Without this, the requests so far would look like all of them.
      fail(
          CliException.failure(
              e, "a request needs more memory than there is (%s); send less", e.getMessage()));
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      ended = true;
      atEnd.run();
    }
  }
}
