package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Splits what a program writes to standard error into lines for the log, and keeps the last one.
 *
 * <p>Long lines are cut, and the log gets a bounded number of lines per interval; the others are
 * counted. Not thread-safe.
 */
final class ErrorLines {
  /** The maximum number of bytes of a line that are kept. */
  private static final int MOST_LINE = 64 * 1024;

  /** The maximum number of characters of a line that are logged. */
  private static final int MOST_LOGGED = 1024;

  /** The maximum number of lines that are logged within {@link #WINDOW}. */
  private static final int MOST_LINES = 100;

  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final Consumer<String> log;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String last = "";

  /** The lines of the current window. */
  private long lines;

  private long windowEnds = System.nanoTime();

  ErrorLines(Consumer<String> log) {
    this.log = log;
  }

  void add(byte[] bytes) {
    for (byte b : bytes) {
      if (b == '\n') {
        end();
      } else if (line.size() < MOST_LINE) {
        line.write(b);
      }
    }
  }

  private void end() {
    String text = line.toString(UTF_8).strip();
    line.reset();
    if (text.isEmpty()) {
      return;
    }
    last = text;
    long now = System.nanoTime();
    if (now - windowEnds >= 0) {
      logOmitted();
      lines = 0;
      windowEnds = now + WINDOW.toNanos();
    }
    lines++;
    if (lines <= MOST_LINES) {
      log.accept(text.length() <= MOST_LOGGED ? text : text.substring(0, MOST_LOGGED) + "…");
    }
  }

  /** Ends the input and returns its last line that is not blank; empty if there is none. */
  String finish() {
    end();
    logOmitted();
    return last;
  }

  private void logOmitted() {
    if (lines > MOST_LINES) {
      log.accept((lines - MOST_LINES) + " more lines omitted");
    }
  }
}
