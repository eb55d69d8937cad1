package dev.grpcos.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code grpcos context}: shows the caller's contexts, and chooses the default. */
@Command(
    name = "context",
    description = {
      "Shows the contexts of ~/.config/grpcos/contexts.yaml, and chooses the default.",
      "",
      "A context is a server with its connection options, credentials and headers, by a name:"
          + " grpcos call -t @NAME. See grpcos-targets(7)."
    },
    footer = {
      "  grpcos context list",
      "  grpcos context use staging",
      "  grpcos call -t @staging Orders/Get id=7"
    })
final class ContextCommand implements Callable<Integer> {
  @Mixin StandardOptions standard = new StandardOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return BriefHelp.print(spec);
  }
}
