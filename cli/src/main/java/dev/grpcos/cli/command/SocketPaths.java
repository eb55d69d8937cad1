package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.GatewaySocket;
import dev.grpcos.cli.invocation.Invocation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds the gateway's path by an option, or by the caller's environment. */
final class SocketPaths {
  private SocketPaths() {}

  static Path resolve(@Nullable String option, Invocation invocation) {
    return GatewaySocket.resolve(
        option, invocation.workingDirectory(), invocation::environment, invocation.uid());
  }
}
