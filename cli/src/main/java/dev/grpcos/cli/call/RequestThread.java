package dev.grpcos.cli.call;

import io.grpc.Context;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests beside the thread of callbacks, so that neither waits for the other's stream.
 *
 * <p>It may be blocked in a read when the calls have ended; then it ends with that read. It is a
 * daemon, so that it holds up no process.
 */
final class RequestThread {
  /** One step: takes a request and passes it on. */
  @FunctionalInterface
  interface Step {
    /** Returns false when there is no further step. */
    boolean run() throws InterruptedException;
  }

  private final Thread thread;
  private final Step step;
  private final Runnable atEnd;
  private Consumer<RuntimeException> onFailure = failure -> {};
  private volatile @Nullable RuntimeException failure;
  private volatile boolean stopped;
  private volatile boolean ended;

  RequestThread(String name, Step step, Runnable atEnd) {
    this.step = step;
    this.atEnd = atEnd;
    // Calls that are started here belong to the command's context, as do its own.
    this.thread = new Thread(Context.current().wrap(this::run), name);
    this.thread.setDaemon(true);
  }

  /** Set before the start: is told what a step threw. */
  void onFailure(Consumer<RuntimeException> listener) {
    onFailure = listener;
  }

  void start() {
    thread.start();
  }

  /** No further step begins. */
  void stop() {
    stopped = true;
    thread.interrupt();
  }

  /** Whether no further request comes. */
  boolean ended() {
    return ended;
  }

  /** Throws what ended the steps early, if anything did. */
  void rethrow() {
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
  }

  private void run() {
    try {
      boolean more = true;
      while (more && !stopped) {
        more = step.run();
      }
    } catch (InterruptedException e) {
      // Only stop() interrupts, and nobody asks for more then.
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!stopped) {
        failure = e;
        onFailure.accept(e);
      }
    } finally {
      ended = true;
      atEnd.run();
    }
  }
}
