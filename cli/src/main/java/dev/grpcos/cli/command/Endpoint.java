package dev.grpcos.cli.command;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.invocation.Invocation;

/** Where a command's calls go, as its options say. */
@FunctionalInterface
interface Endpoint {
  /** Connects; the caller closes the connection. */
  Connection connect(Invocation invocation);
}
