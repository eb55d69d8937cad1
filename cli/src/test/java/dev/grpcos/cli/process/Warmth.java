package dev.grpcos.cli.process;

import dev.grpcos.cli.distribution.Command;

/** The two ways that a command can take. */
enum Warmth {
  /** A JVM of its own. */
  COLD,
  /** The gateway's resident. There is no Java to fall back on, so that it can't go unnoticed. */
  WARM;

  /** Sees to it that the command, or what a script starts, goes this way. */
  Command on(Command command) {
    return switch (this) {
      case COLD -> command.with("GRPCOS_COLD", "1");
      case WARM -> command.with("JAVA_HOME", "/nonexistent");
    };
  }
}
