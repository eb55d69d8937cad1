package dev.grpcos.cli.command;

import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.daemon.GatewayProcess;
import dev.grpcos.cli.daemon.LogFile;
import dev.grpcos.cli.daemon.LogStream;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.failure.GatewayException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grpcos gateway run}: runs a gateway in the foreground. */
@Command(
    name = "run",
    description = {
      "Runs a gateway in the foreground until SIGTERM, SIGINT or 'grpcos gateway stop'.",
      "",
      "It then accepts no further calls, lets the calls in flight finish, and exits with 0. It logs"
          + " to standard error. SIGHUP reloads its configuration."
    },
    footer = {
      "  grpcos gateway run",
      "  grpcos gateway run --config ./gateway.yaml",
      "  grpcos gateway run --socket /run/grpcos/gateway.sock --mode 0660 --group ops"
    })
final class GatewayRunCommand implements Callable<Integer> {
  @Mixin ListenOptions listen = new ListenOptions();

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Append the log to FILE, a regular file of the gateway's user, instead of standard error."
              + " A reload opens FILE again, so that it can be rotated.")
  @Nullable Path log;

  @Option(
      names = "--detached",
      hidden = true,
      description = "The process was started by 'grpcos gateway start'.")
  boolean detached;

  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayRunCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    context.invocation().requireOwnProcess("a gateway runs in a separate process");
    ConfigSource config = () -> listen.config(context.invocation());
    try {
      return run(config) ? ExitCode.OK : ExitCode.FAILURE;
    } catch (ConfigException e) {
      throw ConfigSearch.failure(e);
    } catch (GatewayException e) {
      throw ConfigSearch.failure(e, "the configuration");
    }
  }

  private boolean run(ConfigSource config)
      throws ConfigException, GatewayException, InterruptedException {
    if (log == null) {
      return GatewayProcess.run(
          config, new Commands(), context.invocation().stderr(), GatewayProcess.origin(null, null));
    }
    Path path = log.toAbsolutePath().normalize();
    LogStream file = LogFile.at(path).append();
    List<String> restart = detached ? listen.arguments(context.invocation()) : null;
    ConfigSource reopening =
        () -> {
          file.reopen();
          return config.read();
        };
    return GatewayProcess.run(
        reopening, new Commands(), file, GatewayProcess.origin(path, restart));
  }
}
