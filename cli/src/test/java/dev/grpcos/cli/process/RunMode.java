package dev.grpcos.cli.process;

import dev.grpcos.cli.distribution.Command;
import java.util.stream.Stream;

/** The two ways in which a command can run. */
enum RunMode {
  /** In a separate JVM. */
  COLD,
  /** In the gateway's resident. There is no Java, so a fallback to a JVM fails. */
  WARM;

  private static final boolean SOAK = Boolean.getBoolean("grpcos.soak");

  /**
   * Returns only the second way, or both with {@code -Dgrpcos.soak=true}: for tests whose separate
   * JVM does nothing that another test, or a golden case that also runs cold, does not.
   */
  static Stream<RunMode> mostlyWarm() {
    return SOAK ? Stream.of(values()) : Stream.of(WARM);
  }

  /** Makes the command, or the commands of a script, run this way. */
  Command on(Command command) {
    return switch (this) {
      case COLD -> command.with("GRPCOS_COLD", "1");
      case WARM -> command.with("JAVA_HOME", "/nonexistent");
    };
  }
}
