package dev.grpcos.cli.connection;

import dev.grpcos.cli.CliException;

/** Opens connections for commands, or lends ones that are warm. */
public interface Connections {
  /**
   * A connection to the target, which the caller closes.
   *
   * @throws CliException if the target can't be reached as named
   */
  Connection connect(Target target);
}
