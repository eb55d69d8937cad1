package dev.grpcos.cli.daemon;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The state of a process that is not a child. */
public final class ProcessState {
  private static final char ZOMBIE = 'Z';

  private ProcessState() {}

  /**
   * Returns whether the process has not ended. The JDK counts a process as alive until its parent
   * has read its exit status, which the first process of a container may never do.
   */
  public static boolean isRunning(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat =
          Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"), ISO_8859_1);
      int state = stat.lastIndexOf(')') + 2; // after the program's name, which may contain anything
      return state >= stat.length() || stat.charAt(state) != ZOMBIE;
    } catch (IOException e) {
      return process.isAlive();
    }
  }
}
