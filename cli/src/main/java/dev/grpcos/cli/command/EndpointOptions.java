package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.GatewaySocket;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.invocation.Invocation;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where calls go. */
final class EndpointOptions {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description =
          "The gateway's Unix socket. Default: $GRPCOS_SOCKET, else"
              + " $XDG_RUNTIME_DIR/grpcos/gateway.sock, else /run/grpcos/gateway.sock for root or"
              + " where it exists, else /tmp/grpcos-UID/gateway.sock.")
  @Nullable String socket;

  @Option(
      names = "--connect-timeout",
      paramLabel = "DUR",
      defaultValue = "5s",
      converter = Durations.class,
      description = "How long connecting may take. Default: ${DEFAULT-VALUE}.")
  Duration connectTimeout = Duration.ofSeconds(5);

  @Option(
      names = "--max-message-size",
      paramLabel = "SIZE",
      defaultValue = "64MiB",
      converter = Sizes.class,
      description = "The largest request or response. Default: ${DEFAULT-VALUE}.")
  int maxMessageSize;

  Path path(Invocation invocation) {
    return GatewaySocket.resolve(socket, invocation);
  }

  Connection connect(Invocation invocation) {
    Path path = path(invocation);
    if (socket == null) {
      GatewaySocket.requireTrusted(path, invocation.uid());
    }
    return invocation.connections().connect(new Target(path, connectTimeout, maxMessageSize));
  }
}
