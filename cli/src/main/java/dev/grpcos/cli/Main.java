package dev.grpcos.cli;

import dev.grpcos.cli.command.Commands;
import dev.grpcos.cli.connection.ProcessConnections;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.ProcessArguments;
import dev.grpcos.cli.invocation.ProcessInvocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The {@code grpcos} command in a process of its own. */
public final class Main {
  private static final int STDOUT = 1;

  private Main() {}

  /**
   * Runs the command that the arguments say and exits with its code.
   *
   * <p>Before that it runs those of the file that the system property {@code grpcos.rehearsal}
   * names, one a line: from a process that has run several, the JVM makes a cache for them all.
   */
  public static void main(String[] arguments) throws IOException {
    String rehearsal = System.getProperty("grpcos.rehearsal");
    if (rehearsal != null) {
      for (String line : Files.readAllLines(Path.of(rehearsal))) {
        int exitCode = run(line.split(" ", -1));
        if (exitCode != ExitCode.OK) {
          System.exit(exitCode);
        }
      }
    }
    int invalid = ProcessArguments.invalid(arguments);
    if (invalid > 0) {
      System.err.println("grpcos: argument " + invalid + " is not valid UTF-8");
      System.exit(ExitCode.USAGE);
    }
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) throws IOException {
    try (ProcessConnections connections = new ProcessConnections()) {
      ProcessInvocation invocation =
          new ProcessInvocation(
              connections, () -> connections.whenReaderLeaves(STDOUT, Main::readerLeft));
      return new Commands().run(List.of(arguments), invocation);
    }
  }

  /**
   * Ends the process at once and with success, as it would at the next write: a stream that has
   * gone quiet may not come to one. The kernel closes its connections, which cancels its calls.
   */
  private static void readerLeft() {
    Runtime.getRuntime().halt(ExitCode.OK);
  }
}
