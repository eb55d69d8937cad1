package dev.grpcos.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code grpcos export}: exports the schema for other tools. */
@Command(
    name = "export",
    description = "Exports the schema for other tools.",
    footer = "  grpcos export descriptors >services.binpb")
final class ExportCommand implements Callable<Integer> {
  @Mixin StandardOptions standard = new StandardOptions();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return BriefHelp.print(spec);
  }
}
