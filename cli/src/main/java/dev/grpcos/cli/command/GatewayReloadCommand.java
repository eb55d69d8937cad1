package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.daemon.AdminClient;
import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.output.ErrorOutput;
import dev.grpcos.proto.admin.v1.ReloadResponse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code grpcos gateway reload}: makes a gateway read its configuration again. */
@Command(
    name = "reload",
    description = {
      "Makes the gateway read its configuration again, as SIGHUP does. Calls in flight"
          + " continue; those that are no longer allowed may finish within the drain time.",
      "",
      "An invalid configuration changes nothing: all its problems are reported, and the"
          + " exit code is 2. Changes of the listening socket, and of the limits for messages,"
          + " metadata, streams and idle connections, take effect at the next start."
    },
    footer = {"  grpcos gateway reload", "  grpcos gateway check && grpcos gateway reload"})
final class GatewayReloadCommand implements Callable<Integer> {
  @Mixin SocketOptions endpoint = new SocketOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayReloadCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return endpoint.run(context.invocation(), this::reload);
  }

  private int reload(Connection connection) {
    ReloadResponse response = new AdminClient(connection.channel()).reload();
    if (response.getProblemsCount() > 0) {
      throw ConfigSearch.failure(
          response.getProblemsList(), "nothing has changed: the configuration");
    }
    ErrorOutput notes = context.errors();
    for (String key : response.getRestartList()) {
      notes.line("grpcos: " + key + " takes effect only after a restart of the gateway");
    }
    return ExitCode.OK;
  }
}
