package dev.grpcos.cli.command;

import dev.grpcos.cli.context.Contexts;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grpcos context use}: chooses the default context. */
@Command(
    name = "use",
    description =
        "Chooses the context for commands without --target and --socket. GRPCOS_TARGET,"
            + " GRPCOS_CONTEXT and GRPCOS_SOCKET take precedence.",
    footer = {"  grpcos context use staging", "  grpcos context use --none"})
final class ContextUseCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CONTEXT",
      description = "The name of the context.")
  @Nullable String name;

  @Option(names = "--none", description = "No default: commands call the gateway.")
  boolean none;

  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  ContextUseCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if ((name == null) != none) {
      throw CliException.usage("give either the name of a context or --none");
    }
    Contexts contexts = CallersContexts.read(context.invocation());
    if (name != null) {
      CallersContexts.require(name, contexts);
    }
    contexts.setPreset(name);
    return ExitCode.OK;
  }
}
