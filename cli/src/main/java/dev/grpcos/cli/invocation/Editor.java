package dev.grpcos.cli.invocation;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The caller's editor: the shell command in VISUAL or EDITOR, or vi. It gets the terminal. */
public final class Editor {
  private static final File TERMINAL = new File("/dev/tty");
  private static final File NOTHING = new File("/dev/null");

  /** Interrupts of the keyboard are for the editor. */
  private static final String KEY = "INT";

  private final String command;
  private final boolean readsTerminal;
  private final boolean writesTerminal;

  /** Finds the editor of an invocation. */
  public Editor(Invocation invocation) {
    String visual = invocation.environment("VISUAL");
    String editor = isSet(visual) ? visual : invocation.environment("EDITOR");
    this.command = editor != null && isSet(editor) ? editor : "vi";
    this.readsTerminal = invocation.stdinKind() == StreamKind.TERMINAL;
    this.writesTerminal = invocation.stdoutKind() == StreamKind.TERMINAL;
  }

  private static boolean isSet(@Nullable String variable) {
    return variable != null && !variable.isBlank();
  }

  /** Returns the shell command. */
  public String command() {
    return command;
  }

  /**
   * Runs the editor on a file.
   *
   * @return its exit code
   * @throws IOException if no shell can be started
   */
  public int edit(Path file) throws IOException, InterruptedException {
    boolean terminal = hasTerminal();
    // Standard output is for responses alone.
    String shown = writesTerminal || terminal ? "" : "exec >&2; ";
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of("/bin/sh", "-c", shown + command + " \"$@\"", command, file.toString()));
    builder.redirectError(Redirect.INHERIT);
    builder.redirectInput(
        readsTerminal ? Redirect.INHERIT : Redirect.from(terminal ? TERMINAL : NOTHING));
    builder.redirectOutput(writesTerminal || !terminal ? Redirect.INHERIT : Redirect.to(TERMINAL));
    Runnable restore = Signals.replace(KEY, () -> {});
    try {
      return builder.start().waitFor();
    } finally {
      restore.run();
    }
  }

  /** Returns whether this process has a terminal, even if no stream is one. */
  private static boolean hasTerminal() {
    try (FileInputStream opened = new FileInputStream(TERMINAL)) {
      return opened.getFD().valid();
    } catch (IOException e) {
      return false;
    }
  }
}
