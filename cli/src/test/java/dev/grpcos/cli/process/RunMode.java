package dev.grpcos.cli.process;

import dev.grpcos.cli.distribution.Command;

/** The two ways in which a command can run. */
enum RunMode {
  /** In a separate JVM. */
  COLD,
  /** In the gateway's resident. There is no Java, so a fallback to a JVM fails. */
  WARM;

  /** Makes the command, or the commands of a script, run this way. */
  Command on(Command command) {
    return switch (this) {
      case COLD -> command.with("GRPCOS_COLD", "1");
      case WARM -> command.with("JAVA_HOME", "/nonexistent");
    };
  }
}
