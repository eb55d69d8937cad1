package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.GatewaySocket;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.invocation.Invocation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds the gateway by an option, or by the caller's environment. */
final class SocketPaths {
  private SocketPaths() {}

  static Path resolve(@Nullable String option, Invocation invocation) {
    return GatewaySocket.resolve(
        option, invocation.workingDirectory(), invocation::environment, invocation.uid());
  }

  /** Returns the gateway as the target of calls. */
  static Target gateway(@Nullable String option, Invocation invocation) {
    return Target.gateway(
        resolve(option, invocation),
        GatewaySocket.isNamed(option, invocation::environment),
        invocation.uid());
  }
}
