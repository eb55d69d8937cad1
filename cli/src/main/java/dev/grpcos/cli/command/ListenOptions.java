package dev.grpcos.cli.command;

import dev.grpcos.cli.CliException;
import dev.grpcos.cli.connection.GatewaySocket;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a gateway listens. */
final class ListenOptions {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description =
          "The Unix socket to listen on. Default: $GRPCOS_SOCKET, else"
              + " $XDG_RUNTIME_DIR/grpcos/gateway.sock, else /run/grpcos/gateway.sock for root or"
              + " where it exists, else /tmp/grpcos-UID/gateway.sock.")
  @Nullable String socket;

  @Option(
      names = "--mode",
      paramLabel = "OCTAL",
      defaultValue = "0600",
      description = "The socket's permission bits. Default: ${DEFAULT-VALUE}.")
  String mode = "0600";

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "The socket's group, by name or number. Default: the user's own.")
  @Nullable String group;

  @Option(
      names = "--drain",
      paramLabel = "DUR",
      defaultValue = "10s",
      converter = Durations.class,
      description =
          "How long calls in flight may go on once the gateway is asked to end. Default:"
              + " ${DEFAULT-VALUE}.")
  Duration drain = Duration.ofSeconds(10);

  Path path(Invocation invocation) {
    return GatewaySocket.resolve(socket, invocation);
  }

  GatewayConfig config(Invocation invocation) {
    if (!mode.matches("0?[0-7]{3}")) {
      throw CliException.usage("--mode '%s': give three octal digits, as in 0660", mode);
    }
    return GatewayConfig.defaults(path(invocation))
        .withMode(Integer.parseInt(mode, 8))
        .withGroup(group)
        .withDrain(drain);
  }

  /** The same options as arguments for another process. */
  List<String> arguments(Invocation invocation) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--socket", path(invocation).toString(), "--mode", mode));
    arguments.addAll(List.of("--drain", drain.toMillis() + "ms"));
    if (group != null) {
      arguments.addAll(List.of("--group", group));
    }
    return arguments;
  }
}
