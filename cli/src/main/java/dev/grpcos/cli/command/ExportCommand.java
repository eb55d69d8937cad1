package dev.grpcos.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code grpcos export}: exports the schema for other tools. */
@Command(
    name = "export",
    description = "Exports the schema for other tools.",
    footer = "  grpcos export descriptors >services.binpb")
final class ExportCommand implements Runnable {
  @Mixin StandardOptions standard = new StandardOptions();

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "a command is missing: descriptors or openapi");
  }
}
