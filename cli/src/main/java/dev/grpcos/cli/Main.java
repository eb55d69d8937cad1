package dev.grpcos.cli;

import dev.grpcos.cli.command.Commands;
import dev.grpcos.cli.connection.ProcessConnections;
import dev.grpcos.cli.invocation.ProcessInvocation;
import java.io.IOException;
import java.util.List;

/** The {@code grpcos} command in a process of its own. */
public final class Main {
  private static final int STDOUT = 1;

  private Main() {}

  /** Runs the command that the arguments say and exits with its code. */
  public static void main(String[] arguments) throws IOException {
    int exitCode;
    try (ProcessConnections connections = new ProcessConnections()) {
      ProcessInvocation invocation =
          new ProcessInvocation(
              connections, () -> connections.whenReaderLeaves(STDOUT, Main::readerLeft));
      exitCode = new Commands().run(List.of(arguments), invocation);
    }
    System.exit(exitCode);
  }

  /**
   * Ends the process at once and with success, as it would at the next write: a stream that has
   * gone quiet may not come to one. The kernel closes its connections, which cancels its calls.
   */
  private static void readerLeft() {
    Runtime.getRuntime().halt(ExitCode.OK);
  }
}
