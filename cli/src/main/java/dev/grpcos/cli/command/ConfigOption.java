package dev.grpcos.cli.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a gateway's configuration is. */
final class ConfigOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The gateway's configuration, in YAML. Default: $XDG_CONFIG_HOME/grpcos/gateway.yaml (by"
              + " default ~/.config/grpcos/gateway.yaml), else /etc/grpcos/gateway.yaml, else what"
              + " is built in.")
  @Nullable String config;
}
