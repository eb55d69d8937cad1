package dev.grpcos.gateway.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/**
 * Splits what a program writes on standard error into lines for the log, and keeps the last one.
 *
 * <p>Bounded: a longer line is cut, and of a flood the rest is only counted. Not thread-safe.
 */
final class ErrorLines {
  /** The longest line that is kept; the rest of it is dropped. */
  private static final int MOST_LINE = 64 * 1024;

  /** How much of a line the log gets. */
  private static final int MOST_LOGGED = 1024;

  /** How many lines of one call the log gets. */
  private static final int MOST_LINES = 100;

  private final Consumer<String> log;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String last = "";
  private long lines;

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
    lines++;
    if (lines <= MOST_LINES) {
      log.accept(text.length() <= MOST_LOGGED ? text : text.substring(0, MOST_LOGGED) + "…");
    }
  }

  /** The last line that is not blank, once there are no more; empty where there is none. */
  String finish() {
    end();
    if (lines > MOST_LINES) {
      log.accept((lines - MOST_LINES) + " more lines are left out");
    }
    return last;
  }
}
