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

/** {@code grpcos gateway check}: reports the problems of a configuration. */
@Command(
    name = "check",
    description =
        "Checks a configuration without running a gateway, and reports all its problems,"
            + " one line each with file, line and column; the exit code is then 2. It compiles the"
            + " schemas of services and checks their programs, as a start does.",
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
    invocation.requireOwnProcess("the caller's files must be read with the caller's rights");
    Optional<Path> found = ConfigSearch.file(file, invocation);
    if (found.isEmpty()) {
      context.output().line("no configuration file: the built-in configuration is used");
      return ExitCode.OK;
    }
    try {
      GatewayConfig config =
          ConfigFile.read(
              found.get(), SocketPaths.toListen(null, invocation), invocation.environment());
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
