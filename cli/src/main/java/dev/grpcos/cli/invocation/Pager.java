package dev.grpcos.cli.invocation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The choice of the caller's pager: the shell command in PAGER, or less. The launcher has the same
 * rule.
 */
final class Pager {
  /** A command that begins with the name of a program, without anything for the shell. */
  private static final Pattern PLAIN = Pattern.compile("[^ \t|&;<>()$`\\\\\"'*?\\[#~=%\n]+");

  private static final Pattern END_OF_WORD = Pattern.compile("[ \t]");

  private Pager() {}

  /**
   * Returns the shell command of the pager; null if output is printed without one.
   *
   * @param environment the caller's variables
   * @throws NoSuchProgramException if PAGER names a program that does not exist
   */
  static @Nullable String find(Map<String, String> environment) throws NoSuchProgramException {
    String command = environment.get("PAGER");
    if (command == null) {
      String terminal = environment.getOrDefault("TERM", "");
      boolean able = !terminal.isEmpty() && !terminal.equals("dumb");
      return able && isProgram("less", environment) ? "less" : null;
    }
    if (command.isBlank() || command.equals("cat")) {
      return null;
    }
    String program = END_OF_WORD.split(command, 2)[0];
    if (PLAIN.matcher(program).matches()
        && !isProgram(program, environment)
        && !isShellWord(program)) {
      throw new NoSuchProgramException(program);
    }
    return command;
  }

  private static boolean isProgram(String name, Map<String, String> environment) {
    String folders = name.contains("/") ? "" : environment.getOrDefault("PATH", "");
    return Arrays.stream(folders.split(":", -1))
        .map(folder -> Path.of(folder, name))
        .anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file));
  }

  /** Returns whether a name is a command or a keyword of the shell, such as exec. */
  private static boolean isShellWord(String name) {
    try {
      return new ProcessBuilder("/bin/sh", "-c", "command -v \"$1\"", "sh", name)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Reports that there is no program of the name in PAGER. */
  static final class NoSuchProgramException extends Exception {
    private static final long serialVersionUID = 1;

    private NoSuchProgramException(String program) {
      super("the program '" + program + "' was not found");
    }
  }
}
