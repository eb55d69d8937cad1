package dev.grpcos.gateway.exec;

import dev.grpcos.gateway.exec.Launch.RunAs;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one persistent program: started as calls need them, up to a number, and kept.
 *
 * <p>Each serves one job at a time; jobs beyond wait for the first that is free. One that dies is
 * replaced when the next job comes. Safe for use by any thread.
 */
final class CoProcessPool implements AutoCloseable {
  /** Work for a process. */
  interface Job {
    /** The line to write. */
    String line();

    /**
     * The answer, on the thread that reads; returns false where the process can't be trusted on.
     */
    boolean answered(byte[] line);

    /** There will be no answer. */
    void failed(Status status);
  }

  /** How long a process whose caller has gone may go on with its job. */
  private static final int GRACE_SECONDS = 2;

  private final String method;
  private final List<String> command;
  private final CallVariables variables;
  private final Path directory;
  private final @Nullable RunAs user;
  private final int size;
  private final int mostBytes;
  private final ExecMethod.Surroundings surroundings;

  private final Set<Worker> workers = new HashSet<>();
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Deque<Job> waiting = new ArrayDeque<>();
  private boolean closed;

  CoProcessPool(
      String method,
      ExecMethod.Handler handler,
      int size,
      int mostBytes,
      ExecMethod.Surroundings surroundings) {
    this.method = method;
    this.command = handler.command();
    this.variables = handler.variables();
    this.directory = handler.directory();
    this.user = handler.user();
    this.size = size;
    this.mostBytes = mostBytes;
    this.surroundings = surroundings;
  }

  /** Has a process that waits for work do this job; returns false where there is none. */
  boolean offer(Job job) {
    Worker worker;
    synchronized (this) {
      worker = idle.poll();
    }
    if (worker == null) {
      return false;
    }
    worker.take(job);
    return true;
  }

  /** Has some process do this job; blocks as long as it takes to start one. */
  void submit(Job job) {
    Worker worker;
    synchronized (this) {
      if (!idle.isEmpty()) {
        worker = idle.pop();
      } else if (workers.size() < size) {
        worker = new Worker();
        workers.add(worker);
      } else {
        waiting.add(job);
        return;
      }
    }
    worker.take(job);
  }

  /** The job's caller is gone: it is not begun, or its process gets a moment to be done with it. */
  void cancel(Job job) {
    Worker busy = null;
    synchronized (this) {
      if (waiting.remove(job)) {
        return;
      }
      for (Worker worker : workers) {
        if (worker.current == job) {
          busy = worker;
        }
      }
    }
    if (busy != null) {
      Worker late = busy;
      var unused =
          surroundings
              .timers()
              .schedule(() -> late.killIfStill(job), GRACE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /**
   * Ends each process when there is no job for it. Jobs that wait are done before, and so are those
   * that were on their way when the configuration changed.
   */
  @Override
  public void close() {
    List<Worker> resting;
    synchronized (this) {
      closed = true;
      resting = List.copyOf(idle);
      idle.clear();
    }
    resting.forEach(Worker::kill);
  }

  private String name() {
    return command.get(0);
  }

  /** A place for a process, from its first job to its end. */
  private final class Worker implements CoProcess.Listener {
    private @Nullable CoProcess process;
    private @Nullable Job current;

    void take(Job job) {
      CoProcess running;
      synchronized (CoProcessPool.this) {
        current = job;
        running = process;
      }
      try {
        if (running == null) {
          running = start();
        }
        if (running != null) {
          running.write(job.line());
        }
      } catch (IOException e) {
        if (running == null) {
          ended("can't be started: " + e.getMessage());
        }
        // Otherwise it has ended, which the thread that reads tells.
      }
    }

    private @Nullable CoProcess start() throws IOException {
      if (!surroundings.programs().tryAcquire()) {
        leave(
            Status.RESOURCE_EXHAUSTED.withDescription(
                "the gateway runs as many programs as limits.exec allows: try again later"));
        return null;
      }
      CoProcess started;
      try {
        Program program =
            surroundings
                .spawner()
                .start(new Launch(command, variables.always(), directory, user), null);
        started = new CoProcess(program, method, mostBytes, this);
      } catch (IOException e) {
        surroundings.programs().release();
        throw e;
      }
      synchronized (CoProcessPool.this) {
        process = started;
      }
      surroundings.threads().execute(started::run);
      return started;
    }

    /** The place is free for another process, which the next job that waits gets. */
    private void leave(Status status) {
      Job job;
      Job next;
      synchronized (CoProcessPool.this) {
        workers.remove(this);
        idle.remove(this);
        job = current;
        current = null;
        next = waiting.poll();
      }
      if (job != null) {
        job.failed(status);
      }
      if (next != null) {
        surroundings.threads().execute(() -> submit(next));
      }
    }

    @Override
    public void line(byte[] line) {
      Job job;
      synchronized (CoProcessPool.this) {
        job = current;
      }
      if (job == null || !job.answered(line)) {
        retire(); // it speaks out of turn, so nothing that it says can be matched
        return;
      }
      Job next;
      boolean last;
      synchronized (CoProcessPool.this) {
        next = waiting.poll();
        current = next;
        last = next == null && closed;
        if (next == null && !last) {
          idle.push(this);
        }
      }
      if (last) {
        kill();
      } else if (next != null) {
        // Writing may block until the process reads, which this thread must not wait for.
        surroundings.threads().execute(() -> take(next));
      }
    }

    @Override
    public void ended(String why) {
      boolean counted;
      synchronized (CoProcessPool.this) {
        counted = process != null;
      }
      if (counted) {
        surroundings.programs().release();
      }
      leave(Status.UNAVAILABLE.withDescription(name() + " " + why));
    }

    /** Takes no further job, and is killed. */
    private void retire() {
      synchronized (CoProcessPool.this) {
        idle.remove(this);
      }
      kill();
    }

    void kill() {
      CoProcess running;
      synchronized (CoProcessPool.this) {
        running = process;
      }
      if (running != null) {
        running.kill();
      }
    }

    void killIfStill(Job job) {
      boolean still;
      synchronized (CoProcessPool.this) {
        still = current == job;
      }
      if (still) {
        kill();
      }
    }
  }
}
