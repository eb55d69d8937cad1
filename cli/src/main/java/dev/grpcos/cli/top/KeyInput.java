package dev.grpcos.cli.top;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a terminal sends, and its reports of its size. A thread reads the terminal, because
 * a read cannot be limited in time; it ends with the input.
 */
public final class KeyInput {
  /** A report of the position of the cursor. */
  private static final Pattern REPORT = Pattern.compile("\033\\[(\\d{1,5});(\\d{1,5})R");

  /** The longest sequence that begins with ESC. */
  private static final int LONGEST = 16;

  private static final int ESCAPE = 033;
  private static final int QUEUE = 64;

  /** What a terminal sends. */
  public sealed interface TerminalEvent {
    /** A key, by its character. */
    record KeyPressed(char character) implements TerminalEvent {}

    /** The terminal has this size. */
    record SizeReported(TerminalSize size) implements TerminalEvent {}

    /** Nothing follows. */
    record InputEnded() implements TerminalEvent {}
  }

  private final BlockingQueue<TerminalEvent> events = new ArrayBlockingQueue<>(QUEUE);

  /** Starts to read a terminal. */
  public static KeyInput start(InputStream terminal) {
    KeyInput input = new KeyInput();
    Thread thread = new Thread(() -> input.read(terminal), "grpcos-keys");
    thread.setDaemon(true);
    thread.start();
    return input;
  }

  /** Waits for the next event; returns null after this time. */
  public @Nullable TerminalEvent poll(Duration time) throws InterruptedException {
    return events.poll(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void read(InputStream terminal) {
    StringBuilder sequence = new StringBuilder();
    try {
      for (int b = terminal.read(); b >= 0; b = terminal.read()) {
        take((char) b, sequence);
      }
    } catch (IOException e) {
      // The command or its caller has ended.
    }
    add(new TerminalEvent.InputEnded());
  }

  private void take(char character, StringBuilder sequence) {
    if (character == ESCAPE) {
      sequence.setLength(0);
    }
    if (character != ESCAPE && sequence.length() == 0) {
      add(new TerminalEvent.KeyPressed(character));
      return;
    }
    sequence.append(character);
    boolean ends =
        switch (sequence.length()) {
          case 1 -> false;
          case 2 -> character != '[' && character != 'O';
          case LONGEST -> true;
          default -> character >= '@' && character <= '~';
        };
    if (ends) {
      Matcher report = REPORT.matcher(sequence);
      if (report.matches()) {
        add(
            new TerminalEvent.SizeReported(
                new TerminalSize(
                    Integer.parseInt(report.group(1)), Integer.parseInt(report.group(2)))));
      }
      sequence.setLength(0);
    }
  }

  /** Adds an event; a key that is held down may fill the queue, and is lost then. */
  private void add(TerminalEvent event) {
    if (!events.offer(event) && event instanceof TerminalEvent.InputEnded) {
      events.clear();
      boolean unused = events.offer(event);
    }
  }
}
