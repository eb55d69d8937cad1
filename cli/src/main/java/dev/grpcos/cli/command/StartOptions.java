package dev.grpcos.cli.command;

import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.GatewayConfig;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a gateway that is started in the background. */
final class StartOptions {
  @Mixin ListenOptions listen = new ListenOptions();

  @Option(
      names = "--wait",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description = "The time to wait for the gateway to answer. Default: 30s.")
  Duration wait = Duration.ofSeconds(30);

  /** Requires a separate process, because the gateway is its child. */
  static void admit(Invocation invocation) {
    invocation.requireOwnProcess("it starts a process that outlives the command");
  }

  /**
   * Reads the configuration.
   *
   * @throws CliException USAGE if it is invalid
   */
  GatewayConfig config(Invocation invocation) {
    try {
      return listen.config(invocation);
    } catch (ConfigException e) {
      throw ConfigSearch.failure(e);
    }
  }
}
