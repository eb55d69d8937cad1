package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.daemon.AdminClient;
import dev.grpcos.cli.daemon.StatusText;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.output.PrintedTypes;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grpcos gateway status}: shows the status of a gateway. */
@Command(
    name = "status",
    description = "Shows the gateway's process, services, calls and memory.",
    footer = {"  grpcos gateway status", "  grpcos gateway status --json | jq .calls"})
final class GatewayStatusCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object, with all metrics.")
  boolean json;

  @Mixin SocketOptions endpoint = new SocketOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayStatusCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return endpoint.run(context.invocation(), this::status);
  }

  private int status(Connection connection) {
    AdminClient admin = new AdminClient(connection.channel());
    if (json) {
      ResponseWriter writer =
          new ResponseWriter(new PrintedTypes(null), new JsonStyle(false, true, false, false));
      context.output().line(writer.toJson(admin.metrics()));
    } else {
      StatusText.of(admin.status()).forEach(context.output()::line);
    }
    return ExitCode.OK;
  }
}
