package dev.grpcos.cli.invocation;

import dev.grpcos.cli.failure.OwnProcessRequiredException;
import java.util.List;

/** Runs commands, any number at once; the same for a process of its own and for the resident. */
public interface CommandRunner {
  /**
   * Runs one command to its end, on the calling thread. Every error is reported on the invocation's
   * standard error; only {@link OwnProcessRequiredException} is thrown, before anything was read or
   * written.
   *
   * @param arguments what stands behind {@code grpcos} on the command line
   * @return the exit code
   */
  int run(List<String> arguments, Invocation invocation);
}
