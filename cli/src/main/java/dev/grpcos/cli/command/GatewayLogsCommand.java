package dev.grpcos.cli.command;

import dev.grpcos.cli.daemon.LaunchText;
import dev.grpcos.cli.daemon.LogFile;
import dev.grpcos.cli.daemon.RunningGateway;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import dev.grpcos.proto.admin.v1.Launch;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grpcos gateway logs}: prints the log of a gateway in the background. */
@Command(
    name = "logs",
    description =
        "Prints the log of the gateway, which is in the folder of its socket if 'grpcos gateway"
            + " start' started it. Says where the log is if the gateway runs in a terminal or under"
            + " systemd.",
    footer = {"  grpcos gateway logs", "  grpcos gateway logs -n 20 --follow"})
final class GatewayLogsCommand implements Callable<Integer> {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The gateway's Unix socket. Default: as for 'grpcos call'.")
  @Nullable String socket;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "1000",
      description = "The last N lines. Default: ${DEFAULT-VALUE}.")
  int lines;

  @Option(
      names = {"-f", "--follow"},
      description = "Continue to print lines as they are added, until interrupted.")
  boolean follow;

  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayLogsCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Invocation invocation = context.invocation();
    invocation.requireOwnProcess("the log must be opened with the caller's rights");
    Bounds.require("-n", lines, 0, 1_000_000);
    LogFile log = log(invocation);
    long position = log.print(lines, context.output());
    if (follow) {
      log.follow(position, context.output());
    }
    return ExitCode.OK;
  }

  /** Returns the log of the gateway that runs, else of the last one in the background. */
  private LogFile log(Invocation invocation) {
    Path path = SocketPaths.find(socket, invocation).path();
    Optional<GetStatusResponse> running =
        RunningGateway.at(SocketPaths.gateway(socket, invocation), path, invocation.connections());
    if (running.isEmpty() || !running.get().hasLaunch()) {
      return LogFile.of(path);
    }
    Launch launch = running.get().getLaunch();
    if (launch.getLogFile().isEmpty()) {
      throw CliException.refused(
          "the gateway at %s (pid %d) runs in the foreground and logs to %s",
          path, running.get().getPid(), LaunchText.log(launch));
    }
    return LogFile.at(Path.of(launch.getLogFile()));
  }
}
