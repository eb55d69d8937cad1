package dev.grpcos.cli.command;

import dev.grpcos.cli.daemon.SharedCommand;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.StreamKind;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A command of the user that runs with {@code GRPCOS_SOCKET} set, until it ends. */
final class ChildCommand {
  /** The exit code of shells for a command that is not found. */
  private static final int NOT_FOUND = 127;

  private final Map<String, String> variables;
  private final CommandContext context;

  /**
   * Creates an object that runs commands.
   *
   * @param socket the path of the socket that commands find
   */
  ChildCommand(String socket, CommandContext context) {
    this.variables = Map.of("GRPCOS_SOCKET", socket);
    this.context = context;
  }

  /** Runs the command, and returns its exit code. */
  int run(List<String> words) {
    boolean terminal = context.invocation().stdinKind() == StreamKind.TERMINAL;
    return exitCode(words, NOT_FOUND, () -> SharedCommand.run(words, variables, terminal));
  }

  /** Runs the command of a sandbox, and returns its exit code. */
  int runInSandbox(List<String> words) {
    return exitCode(words, ExitCode.FAILURE, () -> SharedCommand.runInSandbox(words, variables));
  }

  @FunctionalInterface
  private interface ChildRun {
    int exitCode() throws IOException, InterruptedException;
  }

  /**
   * Returns the exit code of a run.
   *
   * @param notStarted the exit code if the command cannot be started, which is reported
   */
  private int exitCode(List<String> words, int notStarted, ChildRun run) {
    try {
      return run.exitCode();
    } catch (IOException e) {
      context
          .errors()
          .failed(CliException.failure(e, "%s cannot be run: %s", words.get(0), e.getMessage()));
      return notStarted;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILURE;
    }
  }
}
