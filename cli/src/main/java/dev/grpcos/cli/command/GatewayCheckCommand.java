package dev.grpcos.cli.command;

import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.daemon.ConfigWarnings;
import dev.grpcos.cli.daemon.GatewayProcess;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.exec.ExecServices;
import dev.grpcos.gateway.failure.GatewayException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code grpcos gateway check}: what is wrong with a configuration. */
@Command(
    name = "check",
    description =
        "Reads a gateway's configuration without running it, and tells all that is wrong with it, a"
            + " line each with file, line and column. The exit code is 2 then. Schemas of services"
            + " are compiled and their programs looked at, as at a start.",
    footer = {"  grpcos gateway check", "  grpcos gateway check ./gateway.yaml"})
final class GatewayCheckCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The configuration. Default: as 'grpcos gateway run' finds it.")
  @Nullable String file;

  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayCheckCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Invocation invocation = context.invocation();
    invocation.requireOwnProcess("the files are the caller's to read");
    Optional<Path> found = ConfigSearch.file(file, invocation);
    if (found.isEmpty()) {
      context.output().line("no configuration file: the built-in configuration holds");
      return ExitCode.OK;
    }
    try {
      GatewayConfig config =
          ConfigFile.read(
              found.get(), SocketPaths.resolve(null, invocation), invocation.environment());
      ExecServices.check(config, GatewayProcess.installation());
      ConfigWarnings.of(config).forEach(context.errors()::line);
    } catch (ConfigException e) {
      throw ConfigSearch.failure(e);
    } catch (GatewayException e) {
      throw ConfigSearch.failure(e, "the configuration");
    }
    context.output().line(found.get() + ": ok");
    return ExitCode.OK;
  }
}
