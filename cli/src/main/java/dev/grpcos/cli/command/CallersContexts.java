package dev.grpcos.cli.command;

import dev.grpcos.cli.context.Contexts;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.json.Nearest;

/** The caller's contexts, for the commands that show and choose them. */
final class CallersContexts {
  private CallersContexts() {}

  /** Returns the contexts; requires a process of the caller's own. */
  static Contexts read(Invocation invocation) {
    invocation.requireOwnProcess("it reads the caller's files");
    Contexts contexts = Contexts.read(invocation);
    if (contexts == null) {
      throw CliException.usage(
          "there is no folder for contexts: set HOME or XDG_CONFIG_HOME to an absolute path");
    }
    return contexts;
  }

  /**
   * Checks that there is a context with this name.
   *
   * @throws CliException USAGE if there is none
   */
  static void require(String name, Contexts contexts) {
    if (!contexts.names().contains(name)) {
      throw CliException.usage(
          "no context '%s' in %s%s",
          name, contexts.path(), Nearest.orAll(name, contexts.names(), "it has"));
    }
  }
}
