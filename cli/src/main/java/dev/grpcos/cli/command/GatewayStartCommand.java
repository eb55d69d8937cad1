package dev.grpcos.cli.command;

import dev.grpcos.cli.daemon.ConfigWarnings;
import dev.grpcos.cli.daemon.Daemon;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code grpcos gateway start}: starts a gateway in the background. */
@Command(
    name = "start",
    description = {
      "Starts a gateway in the background and prints its socket when it answers. If one already"
          + " runs at the socket, only prints the socket.",
      "",
      "The gateway runs in a separate session and logs to the path of the socket"
          + " followed by .log."
    },
    footer = {
      "  grpcos gateway start",
      "  grpcos gateway start --config ./gateway.yaml",
      "  export GRPCOS_SOCKET=$(grpcos gateway start --socket \"$PWD/run/grpcos.sock\")"
    })
final class GatewayStartCommand implements Callable<Integer> {
  @Mixin StartOptions options = new StartOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayStartCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Invocation invocation = context.invocation();
    StartOptions.admit(invocation);
    // Rejects an invalid configuration before a process is started.
    GatewayConfig config = options.config(invocation);
    Path socket = config.socket();
    Optional<Long> running =
        new Daemon(socket, invocation.connections())
            .start(options.listen.arguments(invocation), options.wait);
    if (running.isEmpty()) {
      ConfigWarnings.of(config).forEach(context.errors()::line);
    } else if (options.listen.areGiven()) {
      context
          .errors()
          .line(
              "grpcos: a gateway (pid %d) already runs there, and keeps its options; give them to 'grpcos gateway restart'"
                  .formatted(running.get()));
    }
    context.output().line(socket.toString());
    return ExitCode.OK;
  }
}
