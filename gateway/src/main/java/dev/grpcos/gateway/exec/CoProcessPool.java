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

  /** Has some process do this job; blocks as long as it takes to start one. */
  void submit(Job job) {
    Worker worker;
    synchronized (this) {
      if (closed) {
        worker = null;
      } else if (!idle.isEmpty()) {
        worker = idle.pop();
      } else if (workers.size() < size) {
        worker = new Worker();
        workers.add(worker);
      } else {
        waiting.add(job);
        return;
      }
    }
    if (worker == null) {
      job.failed(Status.UNAVAILABLE.withDescription(name() + " is being replaced: try again"));
    } else {
      worker.take(job);
    }
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

  /** Begins no further job, and ends each process when it is done with its own. */
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
        Job job = leave();
        if (job != null) {
          job.failed(
              Status.RESOURCE_EXHAUSTED.withDescription(
                  "the gateway runs as many programs as limits.exec allows: try again later"));
        }
        return null;
      }
      CoProcess started;
      try {
        Program program =
            surroundings.spawner().start(new Launch(command, variables.always(), directory, user));
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

    /** The place is free for another; gives the job that is left without a process. */
    private @Nullable Job leave() {
      synchronized (CoProcessPool.this) {
        workers.remove(this);
        idle.remove(this);
        Job job = current;
        current = null;
        return job;
      }
    }

    @Override
    public void line(byte[] line) {
      Job job;
      synchronized (CoProcessPool.this) {
        job = current;
      }
      if (job == null || !job.answered(line)) {
        kill(); // it speaks out of turn, so nothing that it says can be matched
        return;
      }
      Job next;
      boolean last;
      synchronized (CoProcessPool.this) {
        current = null;
        next = closed ? null : waiting.poll();
        last = closed;
        if (next == null && !last) {
          idle.push(this);
        }
      }
      if (last) {
        kill();
      } else if (next != null) {
        Job begun = next;
        // Writing may block until the process reads, which this thread must not wait for.
        synchronized (CoProcessPool.this) {
          current = begun;
        }
        surroundings.threads().execute(() -> take(begun));
      }
    }

    @Override
    public void ended(String why) {
      boolean counted;
      Job next;
      Job job;
      synchronized (CoProcessPool.this) {
        counted = process != null;
        job = leave();
        next = waiting.poll();
      }
      if (counted) {
        surroundings.programs().release();
      }
      if (job != null) {
        job.failed(Status.UNAVAILABLE.withDescription(name() + " " + why));
      }
      if (next != null) {
        surroundings.threads().execute(() -> submit(next));
      }
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
