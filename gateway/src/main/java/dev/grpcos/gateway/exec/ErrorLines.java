package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Splits what a program writes on standard error into lines for the log, and keeps the last one.
 *
 * <p>Bounded: a longer line is cut, and of a flood the log gets so many lines in some seconds; the
 * rest is only counted. Not thread-safe.
 */
final class ErrorLines {
  /** The longest line that is kept; the rest of it is dropped. */
  private static final int MOST_LINE = 64 * 1024;

  /** How much of a line the log gets. */
  private static final int MOST_LOGGED = 1024;

  /** How many lines the log gets within {@link #WINDOW}. */
  private static final int MOST_LINES = 100;

  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final Consumer<String> log;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String last = "";

  /** Of the present window. */
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
      tellLeftOut();
      lines = 0;
      windowEnds = now + WINDOW.toNanos();
    }
    lines++;
    if (lines <= MOST_LINES) {
      log.accept(text.length() <= MOST_LOGGED ? text : text.substring(0, MOST_LOGGED) + "…");
    }
  }

  /** The last line that is not blank, once there are no more; empty where there is none. */
  String finish() {
    end();
    tellLeftOut();
    return last;
  }

  private void tellLeftOut() {
    if (lines > MOST_LINES) {
      log.accept((lines - MOST_LINES) + " more lines are left out");
    }
  }
}
