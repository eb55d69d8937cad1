package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * A process that serves one call after the other, for as long as it lives: a line in, a line out.
 *
 * <p>Lines are written on the threads of calls and read on one of its own. Whoever uses it waits
 * for an answer before the next line.
 */
final class CoProcess {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.exec");

  /** Is told what the process says, on the thread that reads. */
  interface Listener {
    /** A line of its output. */
    void line(byte[] line);

    /** It has ended, and nothing of it runs any more; {@code why} continues its name. */
    void ended(String why);
  }

  private final Program program;
  private final String method;
  private final int mostBytes;
  private final Listener listener;
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private final ErrorLines errors;
  private int pid;

  /**
   * A process that was started.
   *
   * @param method what the log calls it by
   * @param mostBytes the longest line
   */
  CoProcess(Program program, String method, int mostBytes, Listener listener) {
    this.program = program;
    this.method = method;
    this.mostBytes = mostBytes;
    this.listener = listener;
    this.errors =
        new ErrorLines(
            line -> LOG.log(Level.INFO, "{0}[{1}] {2}", this.method, String.valueOf(pid), line));
  }

  /**
   * Writes a line.
   *
   * @throws IOException if the process has ended, which the listener is told as well
   */
  void write(String line) throws IOException {
    program.write((line + "\n").getBytes(UTF_8));
  }

  /** Ends it: TERM, and KILL after 2 s. */
  void kill() {
    program.kill();
  }

  /** Reads until the process has ended. */
  void run() {
    String why;
    try {
      Event event = program.next();
      while (!(event instanceof Event.Exited) && !(event instanceof Event.NotStarted)) {
        if (event instanceof Event.Started started) {
          pid = started.pid();
        } else if (event instanceof Event.Errors written) {
          errors.add(written.bytes().toByteArray());
        } else if (event instanceof Event.Output written) {
          lines(written.bytes().toByteArray());
        }
        event = program.next();
      }
      why = end(event);
    } catch (IOException e) {
      why = "was lost: " + e.getMessage();
    } finally {
      program.close();
    }
    listener.ended(why);
  }

  private String end(Event event) {
    if (event instanceof Event.NotStarted failed) {
      return "can't be started: " + failed.reason();
    }
    Event.Exited exited = (Event.Exited) event;
    String last = errors.finish();
    return (exited.byItself()
            ? "exited with " + exited.code()
            : "was ended by signal " + exited.signal())
        + (last.isEmpty() ? "" : ": " + last);
  }

  private void lines(byte[] bytes) {
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        unfinished.write(bytes, from, i - from);
        from = i + 1;
        byte[] line = unfinished.toByteArray();
        unfinished.reset();
        listener.line(line);
      }
    }
    unfinished.write(bytes, from, bytes.length - from);
    if (unfinished.size() > mostBytes) {
      LOG.log(
          Level.WARNING,
          "{0}[{1}] printed a line of more than {2} bytes: it is ended",
          method,
          String.valueOf(pid),
          mostBytes);
      unfinished.reset();
      program.kill();
    }
  }
}
