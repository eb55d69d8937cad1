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
import java.util.Set;

/** The {@code grpcos} command in a separate process. */
public final class Main {
  private static final int STDOUT = 1;

  /** The commands that may handle signals, so that their JVM can; see grpcos-jvm. */
  private static final Set<String> HANDLING_SIGNALS = Set.of("call", "list", "describe");

  private Main() {}

  /**
   * Runs the command in the arguments and exits with its code.
   *
   * <p>If the system property {@code grpcos.recorded} names a file, first runs the commands in it,
   * one per line. {@code grpcos-archive} uses this to record the classes of several commands.
   */
  public static void main(String[] arguments) throws IOException {
    String recorded = System.getProperty("grpcos.recorded");
    if (recorded != null) {
      for (String line : Files.readAllLines(Path.of(recorded))) {
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
    if (arguments.length > 0 && HANDLING_SIGNALS.contains(arguments[0])) {
      ProcessInvocation.endBySignals(); // the JVM handles them until now
    }
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) throws IOException {
    try (ProcessConnections connections = new ProcessConnections()) {
      ProcessInvocation invocation =
          new ProcessInvocation(
              connections, action -> connections.whenReaderLeaves(STDOUT, action));
      return new Commands().run(List.of(arguments), invocation);
    }
  }
}
