package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.CallScope;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.invocation.Invocation;
import java.time.Duration;

/** Runs parts of commands on a connection to a gateway. */
final class GatewayCalls {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private GatewayCalls() {}

  /** Connects to the gateway, runs the body and returns its exit code. */
  static int run(Target gateway, Invocation invocation, CallScope.Body body) {
    return CallScope.run(
        invocation.cancellation(),
        () -> invocation.connections().connect(gateway, CONNECT_TIMEOUT),
        null,
        body);
  }
}
