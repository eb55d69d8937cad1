package dev.grpcos.cli.command;

import dev.grpcos.cli.daemon.ConfigSearch;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ConfigFile;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.text.DurationText;
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
              + " $XDG_RUNTIME_DIR/grpcos/gateway.sock, else grpcos/gateway.sock in /run for root,"
              + " in /run/user/UID where it exists, else /tmp/grpcos-UID/gateway.sock.")
  @Nullable String socket;

  @Option(
      names = "--default-socket",
      hidden = true,
      paramLabel = "PATH",
      description = "The default of the command that started this process in the background.")
  @Nullable String defaultSocket;

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

  @Option(
      names = "--idle",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description = "End by itself after DUR without calls and open connections. Default: never.")
  @Nullable Duration idle;

  /** Returns whether an option is given that a gateway which already runs may lack. */
  boolean areGiven() {
    return file.config != null || mode != null || group != null || drain != null || idle != null;
  }

  /** Takes the options that are not given from the arguments of another gateway. */
  void keep(List<String> arguments) {
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      String value = arguments.get(i + 1);
      switch (arguments.get(i)) {
        case "--socket" -> socket = socket == null ? value : socket;
        case "--default-socket" -> defaultSocket = defaultSocket == null ? value : defaultSocket;
        case "--config" -> file.config = file.config == null ? value : file.config;
        case "--mode" -> mode = mode == null ? value : mode;
        case "--group" -> group = group == null ? value : group;
        case "--drain" -> drain = drain == null ? duration(value) : drain;
        case "--idle" -> idle = idle == null ? duration(value) : idle;
        default -> {
          // an option of another version
        }
      }
    }
  }

  private static @Nullable Duration duration(String value) {
    return DurationText.parse(value).orElse(null);
  }

  /**
   * Reads the configuration. Without {@code --config}, the file is searched each time.
   *
   * @throws ConfigException if the file is invalid
   */
  GatewayConfig config(Invocation invocation) throws ConfigException {
    if (mode != null && !mode.matches("0?[0-7]{3}")) {
      throw CliException.usage("--mode '%s': give three octal digits, as in 0660", mode);
    }
    if (idle != null && idle.toMillis() < 1) {
      throw CliException.usage(
          "--idle is 0: give the time after which the gateway ends, as in 15m");
    }
    Path path = defaultPath(invocation);
    Optional<Path> found = ConfigSearch.file(file.config, invocation);
    GatewayConfig config =
        found.isPresent()
            ? ConfigFile.read(found.get(), path, invocation.environment())
            : GatewayConfig.defaults(path);
    config = socket == null ? config : config.withSocket(path);
    config = mode == null ? config : config.withMode(Integer.parseInt(mode, 8));
    config = group == null ? config : config.withGroup(group);
    config = drain == null ? config : config.withDrain(drain);
    return idle == null ? config : config.withIdle(idle);
  }

  /** Returns the socket, unless the configuration gives another one. */
  private Path defaultPath(Invocation invocation) {
    return socket == null && defaultSocket != null
        ? Path.of(defaultSocket)
        : SocketPaths.toListen(socket, invocation);
  }

  /** Returns the options as arguments for another process. */
  List<String> arguments(Invocation invocation) {
    List<String> arguments = new ArrayList<>();
    arguments.add(socket == null ? "--default-socket" : "--socket");
    arguments.add(defaultPath(invocation).toString());
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
    if (idle != null) {
      arguments.addAll(List.of("--idle", idle.toMillis() + "ms"));
    }
    return arguments;
  }
}
