package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.GatewaySocket;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.invocation.Invocation;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the gateway by an option, or by the caller's environment. */
final class SocketPaths {
  private SocketPaths() {}

  /** Returns the socket of the gateway that serves the caller. */
  static GatewaySocket find(@Nullable String option, Invocation invocation) {
    GatewaySocket found = GatewaySocket.find(option, caller(invocation));
    Path serving = invocation.gateway();
    // The launcher found this gateway by the same rule, perhaps in another mount namespace.
    return found.named() || serving == null ? found : new GatewaySocket(serving, false, List.of());
  }

  /** Returns the path on which a gateway of the caller listens. */
  static Path toListen(@Nullable String option, Invocation invocation) {
    return GatewaySocket.toListen(option, caller(invocation)).path();
  }

  /** Returns the gateway as the target of calls. */
  static Target gateway(@Nullable String option, Invocation invocation) {
    return Target.gateway(find(option, invocation), invocation.uid());
  }

  private static GatewaySocket.CommandCaller caller(Invocation invocation) {
    return new GatewaySocket.CommandCaller(
        invocation.workingDirectory(), invocation::environment, invocation.uid());
  }
}
