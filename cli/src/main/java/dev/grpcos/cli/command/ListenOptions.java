package dev.grpcos.cli.command;

import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a gateway: a configuration file, and options that override it. */
final class ListenOptions {
  @Mixin ConfigOption file = new ConfigOption();

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description =
          "The Unix socket to listen on. Default: the configuration's, else $GRPCOS_SOCKET, else"
              + " $XDG_RUNTIME_DIR/grpcos/gateway.sock, else /run/grpcos/gateway.sock for root or"
              + " where it exists, else /tmp/grpcos-UID/gateway.sock.")
  @Nullable String socket;

  @Option(
      names = "--mode",
      paramLabel = "OCTAL",
      description = "The socket's permission bits. Default: the configuration's, else 0600.")
  @Nullable String mode;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description =
          "The socket's group, by name or number. Default: the configuration's, else the user's"
              + " own.")
  @Nullable String group;

  @Option(
      names = "--drain",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description =
          "The longest that a stopping gateway waits for calls in flight. Default: that of"
              + " the configuration, else 10s.")
  @Nullable Duration drain;

  /**
   * Reads the configuration. Without {@code --config}, the file is searched each time.
   *
   * @throws ConfigException if the file is invalid
   */
  GatewayConfig config(Invocation invocation) throws ConfigException {
    if (mode != null && !mode.matches("0?[0-7]{3}")) {
      throw CliException.usage("--mode '%s': give three octal digits, as in 0660", mode);
    }
    Path path = SocketPaths.resolve(socket, invocation);
    Optional<Path> found = ConfigSearch.file(file.config, invocation);
    GatewayConfig config =
        found.isPresent()
            ? ConfigFile.read(found.get(), path, invocation.environment())
            : GatewayConfig.defaults(path);
    config = socket == null ? config : config.withSocket(path);
    config = mode == null ? config : config.withMode(Integer.parseInt(mode, 8));
    config = group == null ? config : config.withGroup(group);
    return drain == null ? config : config.withDrain(drain);
  }

  /** Returns the options as arguments for another process, which listens on this socket. */
  List<String> arguments(Invocation invocation, Path path) {
    List<String> arguments = new ArrayList<>(List.of("--socket", path.toString()));
    if (file.config != null) {
      arguments.add("--config");
      arguments.add(ConfigSearch.file(file.config, invocation).orElseThrow().toString());
    }
    if (mode != null) {
      arguments.addAll(List.of("--mode", mode));
    }
    if (group != null) {
      arguments.addAll(List.of("--group", group));
    }
    if (drain != null) {
      arguments.addAll(List.of("--drain", drain.toMillis() + "ms"));
    }
    return arguments;
  }
}
