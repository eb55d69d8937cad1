package dev.grpcos.cli.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option for a gateway's configuration file. */
final class ConfigOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The gateway's configuration, a YAML file. Default:"
              + " $XDG_CONFIG_HOME/grpcos/gateway.yaml (by default ~/.config/grpcos/gateway.yaml),"
              + " else /etc/grpcos/gateway.yaml, else the built-in configuration.")
  @Nullable String config;
}
