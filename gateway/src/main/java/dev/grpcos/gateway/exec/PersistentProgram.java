package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that serves calls one after another: a line in, a line out. Confined to the pool's
 * event loop.
 *
 * <p>The program gets a call when it is idle: it has read the previous line and answered it. A
 * program is late if its caller has left, or if it answered before it read the whole line. It then
 * has a short time to become idle, in which the pool does not count it; after that it is ended.
 */
final class PersistentProgram implements Program.ProgramOwner {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.exec");

  /** The time in which a late program can become idle again. */
  static final Duration GRACE = Duration.ofSeconds(2);

  private final ProgramPool pool;
  private final MethodProgram launched;
  private final ProgramOutput output;
  private final OutputMemory memory;
  private final ErrorLines errors;

  private @Nullable Program program;
  private @Nullable PersistentCall current;
  private @Nullable Future<?> late;
  private boolean readingAnswer;

  /** Whether the program gets no more calls, because it misbehaved or is not needed. */
  private boolean retired;

  private int pid;

  PersistentProgram(
      ProgramPool pool, MethodProgram launched, MethodText text, OutputMemory memory) {
    this.pool = pool;
    this.launched = launched;
    this.memory = memory;
    output = new ProgramOutput(launched.name(), true, text, memory);
    errors =
        new ErrorLines(
            line ->
                LOG.log(Level.INFO, "{0}[{1}] {2}", launched.method(), String.valueOf(pid), line));
  }

  /** Sets the running program. Must be the first call. */
  void started(Program running) {
    program = running;
  }

  private Program program() {
    if (program == null) {
      throw new IllegalStateException("the program has not been started");
    }
    return program;
  }

  @Nullable PersistentCall current() {
    return current;
  }

  /** Serves a call. The program must be idle. */
  void serve(PersistentCall call) {
    current = call;
    program().write(call.line());
  }

  /** Gives the program a short time to finish, because its caller has left. */
  void limitTime() {
    if (late == null && !retired) {
      late = pool.loop().schedule(this::retire, GRACE.toMillis(), TimeUnit.MILLISECONDS);
      pool.remove(this);
    }
  }

  /** Ends the program, which gets no more calls. */
  void retire() {
    if (retired) {
      return;
    }
    retired = true;
    stopWaiting();
    output.discard();
    program().kill();
    pool.remove(this);
  }

  // ---- events of the program ----

  @Override
  public boolean wantsEvents() {
    return retired || !readingAnswer;
  }

  @Override
  public void inputSent() {
    rest();
  }

  @Override
  public void event(Event event) {
    if (event instanceof Event.Started started) {
      pid = started.pid();
    } else if (event instanceof Event.Errors written) {
      errors.add(written.bytes().toByteArray());
    } else if (event instanceof Event.Output printed) {
      read(printed.bytes());
    } else if (event instanceof Event.OutputClosed) {
      fail("closed its output; keep it open for as long as the program runs");
      retire();
    } else if (event instanceof Event.NotStarted failed) {
      ended("cannot be started: " + failed.reason());
    } else if (event instanceof Event.Exited exited) {
      String last = errors.finish();
      ended(
          (exited.hasExitCode()
                  ? "exited with " + exited.code()
                  : "was ended by signal " + exited.signal())
              + (last.isEmpty() ? "" : ": " + last));
    }
  }

  @Override
  public void lost(Throwable cause) {
    if (cause instanceof OutOfMemoryError exhausted) {
      fail(CallListener.exhausted(launched.method(), exhausted));
    }
    ended("was lost: " + cause.getMessage());
  }

  private void ended(String why) {
    fail(why);
    retired = true;
    output.discard();
    stopWaiting();
    pool.remove(this);
  }

  private void fail(String why) {
    fail(Status.UNAVAILABLE.withDescription(launched.name() + " " + why));
  }

  private void fail(Status status) {
    PersistentCall failed = current;
    current = null;
    if (failed != null) {
      failed.failed(status);
    }
  }

  // ---- answers ----

  private void read(ByteString printed) {
    if (retired) {
      return;
    }
    try {
      output.add(printed);
    } catch (BadOutputException e) {
      refuse(e);
      return;
    }
    nextLine();
  }

  private void refuse(BadOutputException e) {
    fail(e.status(launched.name()));
    retire();
  }

  private void nextLine() {
    ByteString line;
    try {
      line = output.next();
    } catch (BadOutputException e) {
      refuse(e);
      return;
    }
    if (line == null) {
      return;
    }
    PersistentCall answered = current;
    if (answered == null) {
      memory.release(line.size());
      retire(); // it answers without a call, so none of its lines can be assigned to a call
      return;
    }
    readingAnswer = true;
    answered.answered(line, this::answered);
  }

  private void answered(boolean understood) {
    readingAnswer = false;
    current = null;
    if (understood) {
      nextLine(); // a second answer in the same block, before the next call
      rest();
    } else {
      retire();
    }
    program().resume();
  }

  /** Becomes idle, unless the program still has a call or the end of a call's line. */
  private void rest() {
    if (current != null || readingAnswer || retired) {
      return;
    }
    if (program().inputPending()) {
      limitTime();
      return;
    }
    stopWaiting();
    pool.idle(this);
  }

  private void stopWaiting() {
    if (late != null) {
      late.cancel(false);
      late = null;
    }
  }
}
