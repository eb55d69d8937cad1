package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Threads for work that would block an event loop, and thereby all of its connections, for too
 * long. Their number is bounded, and so is the work that waits for them. Safe for use by any
 * thread.
 */
public final class WorkThreads {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.http");

  private static final int IDLE_SECONDS = 10;
  private static final int MOST_CONVERTERS = 4;
  private static final int CONVERSIONS_WAITING = 1000;
  private static final int PAGES_WAITING = 64;

  /** A piece of work. */
  interface Work<T> {
    T result() throws StatusException;
  }

  private final Executor executor;
  private final String excess;

  /**
   * Creates an object for an executor.
   *
   * @param executor throws RejectedExecutionException if too much work waits
   * @param excess describes the status of work that is rejected
   */
  WorkThreads(Executor executor, String excess) {
    this.executor = executor;
    this.excess = excess;
  }

  /** Returns the threads that convert large messages and link schemas. */
  public static WorkThreads converters() {
    return new WorkThreads(
        executor(
            "grpcos-convert",
            Math.min(MOST_CONVERTERS, Runtime.getRuntime().availableProcessors()),
            CONVERSIONS_WAITING),
        CONVERSIONS_WAITING
            + " other large messages wait to be converted, the gateway's limit; try again later");
  }

  /** Returns the thread that creates the gateway's own pages. */
  static WorkThreads pages() {
    return new WorkThreads(
        executor("grpcos-pages", 1, PAGES_WAITING),
        PAGES_WAITING + " other pages are being created, the gateway's limit; try again later");
  }

  /** Returns an executor whose threads end when they are idle. */
  private static Executor executor(String name, int threads, int waiting) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            new DefaultThreadFactory(name, true));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /**
   * Runs work on one of the threads, and continues on an event loop.
   *
   * @param then receives the result
   * @param failed receives the status if the work fails, or is rejected
   */
  <T> void run(
      Work<T> work, EventExecutor loop, Consumer<? super T> then, Consumer<Status> failed) {
    try {
      var unused =
          CompletableFuture.supplyAsync(() -> call(work), executor)
              .whenCompleteAsync(
                  (result, failure) -> {
                    if (failure == null) {
                      then.accept(result);
                    } else {
                      failed.accept(status(failure));
                    }
                  },
                  loop);
    } catch (RejectedExecutionException e) {
      failed.accept(Status.RESOURCE_EXHAUSTED.withDescription(excess));
    }
  }

  private static <T> T call(Work<T> work) {
    try {
      return work.result();
    } catch (StatusException e) {
      throw new CompletionException(e);
    }
  }

  private static Status status(Throwable failure) {
    if (failure.getCause() instanceof StatusException e) {
      return e.getStatus();
    }
    LOG.log(System.Logger.Level.ERROR, "work for an HTTP request has failed", failure);
    return Status.INTERNAL.withDescription("the gateway has failed; its log has the reason");
  }
}
