package dev.grpcos.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code grpcos gateway}: runs and controls the gateway. */
@Command(
    name = "gateway",
    description = "Runs and controls the gateway.",
    footer = {"  grpcos gateway start", "  grpcos gateway status --json", "  grpcos gateway stop"})
final class GatewayCommand implements Callable<Integer> {
  @Mixin StandardOptions standard = new StandardOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return BriefHelp.print(spec);
  }
}
