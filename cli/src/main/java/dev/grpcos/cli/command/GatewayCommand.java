package dev.grpcos.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code grpcos gateway}: runs and controls the gateway. */
@Command(
    name = "gateway",
    description = "Runs and controls the gateway.",
    footer = {"  grpcos gateway start", "  grpcos gateway status --json", "  grpcos gateway stop"})
final class GatewayCommand implements Runnable {
  @Mixin StandardOptions standard = new StandardOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "a command is missing: run, start, stop, restart, status, reload, share, check or logs");
  }
}
