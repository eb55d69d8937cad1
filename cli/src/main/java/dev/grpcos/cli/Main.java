package dev.grpcos.cli;

import dev.grpcos.cli.command.Commands;
import dev.grpcos.cli.connection.ProcessConnections;
import dev.grpcos.cli.invocation.ProcessInvocation;
import java.io.IOException;
import java.util.List;

/** The {@code grpcos} command in a process of its own. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments say and exits with its code. */
  public static void main(String[] arguments) throws IOException {
    int exitCode;
    try (ProcessConnections connections = new ProcessConnections()) {
      exitCode = new Commands().run(List.of(arguments), new ProcessInvocation(connections));
    }
    System.exit(exitCode);
  }
}
