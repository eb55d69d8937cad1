package dev.grpcos.cli.command;

import dev.grpcos.cli.ExitCode;
import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.daemon.GatewayProcess;
import dev.grpcos.gateway.GatewayException;
import dev.grpcos.gateway.config.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code grpcos gateway run}: a gateway in front, until it is told to end. */
@Command(
    name = "run",
    description = {
      "Runs a gateway in front until SIGTERM or SIGINT, or 'grpcos gateway stop'.",
      "",
      "It then takes no further calls, lets those in flight end, and exits with 0. Its log is on"
          + " standard error. SIGHUP has it read its configuration again."
    },
    footer = {
      "  grpcos gateway run",
      "  grpcos gateway run --config ./gateway.yaml",
      "  grpcos gateway run --socket /run/grpcos/gateway.sock --mode 0660 --group ops"
    })
final class GatewayRunCommand implements Callable<Integer> {
  @Mixin ListenOptions listen = new ListenOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayRunCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    context.invocation().requireOwnProcess("a gateway is a process of its own");
    try {
      return GatewayProcess.run(
              () -> listen.config(context.invocation()),
              new Commands(),
              context.invocation().stderr())
          ? ExitCode.OK
          : ExitCode.FAILURE;
    } catch (ConfigException e) {
      throw ConfigSearch.failure(e);
    } catch (GatewayException e) {
      throw ConfigSearch.failure(e, "the configuration");
    }
  }
}
