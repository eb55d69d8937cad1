package dev.grpcos.cli.invocation;

import dev.grpcos.cli.failure.OwnProcessRequiredException;
import java.util.List;

/** Runs commands, any number in parallel; the same for a separate process and for the resident. */
public interface CommandRunner {
  /**
   * Runs one command to its end, on the calling thread. Every error is reported on the invocation's
   * standard error, except {@link OwnProcessRequiredException}, which is thrown before any input is
   * read or output written.
   *
   * @param arguments the arguments after {@code grpcos} on the command line
   * @return the exit code
   */
  int run(List<String> arguments, Invocation invocation);
}
