package dev.grpcos.cli.command;

import dev.grpcos.cli.context.ContextText;
import dev.grpcos.cli.context.Contexts;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code grpcos context show}: shows one context. */
@Command(
    name = "show",
    description =
        "Shows a context as it is written, without variables replaced. Of credentials it shows the"
            + " sources; values of headers that may be secrets are not shown.",
    footer = "  grpcos context show staging")
final class ContextShowCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CONTEXT",
      description = "The name of the context. Default: that of 'grpcos context use'.")
  @Nullable String name;

  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  ContextShowCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Contexts contexts = CallersContexts.read(context.invocation());
    String shown = name == null ? contexts.preset() : name;
    if (shown == null) {
      throw CliException.usage(
          "there is no default context: give a name, or choose one with 'grpcos context use'");
    }
    CallersContexts.require(shown, contexts);
    ContextText.lines(contexts.written(shown)).forEach(context.output()::line);
    return ExitCode.OK;
  }
}
