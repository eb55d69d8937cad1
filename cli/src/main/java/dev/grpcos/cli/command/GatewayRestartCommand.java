package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.daemon.ConfigWarnings;
import dev.grpcos.cli.daemon.Daemon;
import dev.grpcos.cli.daemon.GatewayProcess;
import dev.grpcos.cli.daemon.GatewayStop;
import dev.grpcos.cli.daemon.LaunchText;
import dev.grpcos.cli.daemon.RunningGateway;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.exec.ExecServices;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.proto.admin.v1.GetStatusResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code grpcos gateway restart}: stops a gateway and starts it again. */
@Command(
    name = "restart",
    description = {
      "Stops the gateway, waits until it has ended, starts it again in the background, and prints"
          + " its socket when it answers. If none runs, starts one.",
      "",
      "The gateway keeps the options with which it was started, except those given here. Its"
          + " environment is that of this command. If the configuration is invalid, the running"
          + " gateway continues.",
      "",
      "A gateway that systemd or a terminal runs is not restarted; a message says how to do that."
    },
    footer = {"  grpcos gateway restart", "  grpcos gateway restart --config ./gateway.yaml"})
final class GatewayRestartCommand implements Callable<Integer> {
  @Mixin StartOptions options = new StartOptions();
  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  GatewayRestartCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Invocation invocation = context.invocation();
    StartOptions.admit(invocation);
    Optional<FoundGateway> found = find(invocation);
    found.ifPresent(gateway -> keepOptions(gateway.status()));
    GatewayConfig config = checkedConfig(invocation);
    Daemon daemon = new Daemon(config.socket(), invocation.connections());
    List<String> arguments = options.listen.arguments(invocation);
    boolean started = true;
    if (found.isPresent()) {
      FoundGateway gateway = found.get();
      daemon.replace(
          gateway.status().getPid(), () -> stop(gateway, invocation), arguments, options.wait);
    } else {
      started = daemon.start(arguments, options.wait).isEmpty();
    }
    if (started) {
      ConfigWarnings.of(config).forEach(context.errors()::line);
    }
    context.output().line(config.socket().toString());
    return ExitCode.OK;
  }

  private record FoundGateway(Target target, Path socket, GetStatusResponse status) {}

  /** Finds the gateway as the commands that call it do, or else as {@code gateway start} does. */
  private Optional<FoundGateway> find(Invocation invocation) {
    Optional<FoundGateway> found =
        at(
            SocketPaths.gateway(options.listen.socket, invocation),
            SocketPaths.find(options.listen.socket, invocation).path(),
            invocation);
    if (found.isPresent()) {
      return found;
    }
    Path configured = checkedConfig(invocation).socket();
    return at(Target.gateway(configured, invocation.uid()), configured, invocation);
  }

  private static Optional<FoundGateway> at(Target target, Path socket, Invocation invocation) {
    return RunningGateway.at(target, socket, invocation.connections())
        .map(status -> new FoundGateway(target, socket, status));
  }

  private void stop(FoundGateway gateway, Invocation invocation) {
    try {
      GatewayCalls.run(
          gateway.target(),
          invocation,
          connection -> {
            new GatewayStop(context.errors()::line).stop(connection);
            return ExitCode.OK;
          });
    } catch (CallFailedException e) {
      // With --idle, it may have ended by itself since it was found.
      if (at(gateway.target(), gateway.socket(), invocation).isPresent()) {
        throw e;
      }
    }
  }

  private void keepOptions(GetStatusResponse running) {
    if (!running.getLaunch().getBackground()) {
      throw CliException.refused(
          "the gateway at %s (pid %d) was not started by 'grpcos gateway start'; %s",
          running.getSocket(), running.getPid(), LaunchText.restart(running.getLaunch()));
    }
    options.listen.keep(running.getLaunch().getArgumentsList());
  }

  /** Returns the configuration after the checks of a start, so that the old gateway may end. */
  private GatewayConfig checkedConfig(Invocation invocation) {
    GatewayConfig config = options.config(invocation);
    try {
      ExecServices.check(config, GatewayProcess.installation());
      return config;
    } catch (GatewayException e) {
      throw ConfigSearch.failure(e, "the configuration");
    }
  }
}
