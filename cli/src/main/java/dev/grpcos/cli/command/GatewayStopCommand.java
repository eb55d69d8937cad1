package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.daemon.GatewayStop;
import dev.grpcos.cli.failure.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code grpcos gateway stop}: drains a gateway and waits until it has ended. */
@Command(
    name = "stop",
    description =
        "Stops the gateway and waits until it has ended. Calls in flight may finish within the"
            + " gateway's drain time.",
    footer = {"  grpcos gateway stop", "  grpcos gateway stop --socket run/grpcos.sock"})
final class GatewayStopCommand implements Callable<Integer> {
  @Mixin SocketOptions endpoint = new SocketOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayStopCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context.invocation().requireOwnProcess("the command outlives the gateway");
    return endpoint.run(context.invocation(), this::stop);
  }

  private int stop(Connection connection) {
    new GatewayStop(context.errors()::line).stop(connection);
    return ExitCode.OK;
  }
}
