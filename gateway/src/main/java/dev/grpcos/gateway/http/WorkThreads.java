package dev.grpcos.gateway.http;

import io.grpc.Status;
import io.grpc.StatusException;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Threads for work that would block an event loop, with all of its connections, for too long. The
 * number of threads is bounded, and so is the work that waits for them. Safe for use by any thread.
 */
public final class WorkThreads {
  private static final int IDLE_SECONDS = 10;
  private static final int MOST_CONVERTERS = 4;
  private static final int CONVERSIONS_WAITING = 1000;
  private static final int PAGES_WAITING = 64;

  /** A piece of work. */
  interface Work<T> {
    T result() throws StatusException;
  }

  private final Executor executor;
  private final Consumer<Runnable> removal;
  private final String excess;

  /**
   * Creates an object for an executor.
   *
   * @param executor throws RejectedExecutionException if too much work waits
   * @param excess describes the status of work that is rejected
   */
  WorkThreads(Executor executor, String excess) {
    this(executor, dropped -> {}, excess);
  }

  private WorkThreads(Executor executor, Consumer<Runnable> removal, String excess) {
    this.executor = executor;
    this.removal = removal;
    this.excess = excess;
  }

  /** Returns the threads that convert large messages and link schemas. */
  static WorkThreads converters() {
    return of(
        executor(
            "grpcos-convert",
            Math.min(MOST_CONVERTERS, Runtime.getRuntime().availableProcessors()),
            CONVERSIONS_WAITING),
        CONVERSIONS_WAITING + " other requests wait for the gateway's converters; try again later");
  }

  /** Returns the thread that creates the gateway's own pages. */
  static WorkThreads pages() {
    return of(
        executor("grpcos-pages", 1, PAGES_WAITING),
        PAGES_WAITING + " other pages are being created, the gateway's limit; try again later");
  }

  private static WorkThreads of(ThreadPoolExecutor executor, String excess) {
    return new WorkThreads(executor, executor::remove, excess);
  }

  /** Returns an executor whose threads end when they are idle. */
  private static ThreadPoolExecutor executor(String name, int threads, int waiting) {
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
   * @param failed receives the status if the work or {@code then} fails, or the work is rejected
   * @return the work, which can be dropped before it begins
   */
  <T> PendingWork<T> run(
      Work<T> work, EventExecutor loop, Consumer<? super T> then, Consumer<Status> failed) {
    PendingWork<T> pending = new PendingWork<>(work, loop, then, failed, removal);
    try {
      executor.execute(pending);
    } catch (RejectedExecutionException e) {
      pending.drop();
      failed.accept(Status.RESOURCE_EXHAUSTED.withDescription(excess));
    }
    return pending;
  }
}
