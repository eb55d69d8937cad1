package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.CallDefaults;
import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Endpoint;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.invocation.Invocation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select a gateway. */
final class SocketOptions {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description =
          "The gateway's Unix socket. Default: $GRPCOS_SOCKET, else"
              + " $XDG_RUNTIME_DIR/grpcos/gateway.sock, else the first that exists of"
              + " /run/user/UID/grpcos/gateway.sock, /run/grpcos/gateway.sock and"
              + " /tmp/grpcos-UID/gateway.sock.")
  @Nullable String socket;

  @Option(
      names = "--connect-timeout",
      paramLabel = "DUR",
      converter = DurationConverter.class,
      description = "The longest that connecting may take, including TLS and HTTP/2. Default: 5s.")
  Duration connectTimeout = Duration.ofSeconds(5);

  Target target(Invocation invocation) {
    return SocketPaths.gateway(socket, invocation);
  }

  Endpoint resolve(Invocation invocation) {
    return new Endpoint(
        invocation.connections(),
        null,
        () -> target(invocation),
        connectTimeout,
        null,
        CallDefaults.NONE);
  }

  /** Connects to the gateway, runs the body and returns its exit code. */
  int run(Invocation invocation, CallScope.Body body) {
    return CallScope.run(invocation.cancellation(), resolve(invocation)::connect, null, body);
  }
}
