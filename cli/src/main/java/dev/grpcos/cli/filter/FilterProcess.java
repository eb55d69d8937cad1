package dev.grpcos.cli.filter;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.filter.WorkerFrames.WorkerFrame;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.text.DurationText;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A process that evaluates expressions; it is killed when one exceeds a limit or its client is
 * gone.
 *
 * <p>One command uses it at a time. {@link #kill} may be called by any thread.
 */
final class FilterProcess implements Evaluator {
  /** The exit code of a process that needs more memory than it may use. */
  static final int OUT_OF_MEMORY = 3;

  private static final String REMEDY =
      "which is the limit in the gateway; select less, print the responses without --jq and filter"
          + " them with jq, or set GRPCOS_COLD=1 to run without the gateway";

  private final Process process;
  private final DataOutputStream requests;
  private final DataInputStream answers;
  private final FilterLimits limits;
  private final ScheduledExecutorService clock;

  /** The expression that it evaluates; empty if it is idle. */
  private String busy = "";

  private boolean started;
  private volatile boolean late;

  /** Whether it was killed; until it has ended, the system still reports it as alive. */
  private volatile boolean killed;

  FilterProcess(Process process, FilterLimits limits, ScheduledExecutorService clock) {
    this.process = process;
    this.requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    this.answers = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public JsonSink compile(String expression, String subject, FilterOutput output) {
    try {
      String header = (output.raw() ? WorkerFrames.RAW : ' ') + subject + "\n";
      busy = "the expression";
      if (!started) {
        WorkerFrame unused = answer(limits.start());
        started = true;
      }
      WorkerFrames.write(requests, WorkerFrames.COMPILE, header + expression);
      requests.flush();
      WorkerFrame unused = answer(limits.time());
      busy = "";
    } catch (IOException e) {
      throw ended(e);
    }
    return new JsonSink() {
      private long values;

      @Override
      public void write(JsonText value, OutputStream stream) throws IOException {
        values++;
        filter(value, subject + " " + values, output, stream);
      }
    };
  }

  private void filter(JsonText value, String name, FilterOutput output, OutputStream stream)
      throws IOException {
    try {
      busy = name;
      WorkerFrames.write(requests, WorkerFrames.VALUE, value.array(), value.length());
      requests.flush();
    } catch (IOException e) {
      throw ended(e);
    }
    WorkerFrame frame = next();
    while (frame.type() != WorkerFrames.DONE) {
      if (frame.type() == WorkerFrames.JSON) {
        output.write(frame.json(), stream);
      } else {
        output.write(frame.text(), stream);
      }
      frame = next();
    }
    busy = "";
  }

  private WorkerFrame next() {
    try {
      return answer(limits.time());
    } catch (IOException e) {
      throw ended(e);
    }
  }

  /** Reads the next frame that is not an error; kills the process if it takes too long. */
  private WorkerFrame answer(Duration timeout) throws IOException {
    ScheduledFuture<?> limit =
        clock.schedule(this::expire, timeout.toMillis(), TimeUnit.MILLISECONDS);
    WorkerFrame frame;
    try {
      frame = WorkerFrames.read(answers, limits.heap());
    } finally {
      limit.cancel(false);
    }
    if (frame.type() == WorkerFrames.ERROR) {
      busy = "";
      String text = frame.text();
      throw text.charAt(0) == ExitCode.USAGE
          ? CliException.usage("%s", text.substring(1))
          : CliException.failure("%s", text.substring(1));
    }
    return frame;
  }

  private void expire() {
    late = true;
    kill();
  }

  private CliException ended(IOException cause) {
    kill();
    if (late) {
      Duration limit = started ? limits.time() : limits.start();
      return CliException.failure(
          cause, "--jq took more than %s on %s, %s", DurationText.of(limit), busy, REMEDY);
    }
    if (cause instanceof EOFException && exitCode() == OUT_OF_MEMORY) {
      return CliException.failure(
          cause,
          "--jq took more than %d MiB of memory on %s, %s",
          limits.heap() >> 20,
          busy,
          REMEDY);
    }
    return CliException.failure(
        cause, "--jq failed on %s: the process that evaluates it ended; try again", busy);
  }

  private int exitCode() {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  /** Returns whether it can take another command. */
  boolean isIdle() {
    return busy.isEmpty() && !killed && process.isAlive();
  }

  void kill() {
    killed = true;
    process.destroyForcibly();
  }
}
