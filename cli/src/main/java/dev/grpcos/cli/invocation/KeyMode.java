package dev.grpcos.cli.invocation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The mode of this process's terminal in which it passes each key on at once, without an echo. A
 * shutdown hook restores the previous mode. The launcher has the same mode.
 */
final class KeyMode {
  private KeyMode() {}

  /**
   * Enters the mode. Without stty, keys need a line feed.
   *
   * @param leave printed if a signal ends the process
   */
  static void enter(String leave) {
    AtomicBoolean signalled = new AtomicBoolean();
    try {
      String before = stty("-g");
      String unused =
          stty("-icanon", "-echo", "susp", "undef", "quit", "undef", "min", "1", "time", "0");
      for (String signal : List.of("HUP", "INT", "TERM")) {
        Signals.handle(
            signal,
            () -> {
              if (!signalled.getAndSet(true)) {
                restore(before, leave);
                Signals.restore(signal);
                Signals.endBy(signal);
              }
            });
      }
      Runtime.getRuntime().addShutdownHook(new Thread(() -> restore(before, ""), "terminal"));
    } catch (IOException e) {
      return; // the command works without it
    }
  }

  private static void restore(String mode, String text) {
    try (FileOutputStream terminal = new FileOutputStream(FileDescriptor.out)) {
      terminal.write(text.getBytes(UTF_8));
      String unused = stty(mode);
    } catch (IOException e) {
      return; // the terminal is gone
    }
  }

  /** Runs stty on the terminal, and returns its output. */
  private static String stty(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }
}
