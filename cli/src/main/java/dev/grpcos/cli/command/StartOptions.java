package dev.grpcos.cli.command;

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
}
