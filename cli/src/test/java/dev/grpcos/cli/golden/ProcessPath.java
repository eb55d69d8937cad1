package dev.grpcos.cli.golden;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Runs cases as processes of the packaged command.
 *
 * @param grpcos the command's path
 */
record ProcessPath(Path grpcos, StartKind kind) implements CallPath {
  /** The process that runs the command. */
  enum StartKind {
    /** A separate JVM. */
    COLD,
    /**
     * The gateway's resident, through the launcher. {@code JAVA_HOME} contains no Java, so that a
     * fallback to a JVM fails the case, unless the case declares it.
     */
    LAUNCHER
  }

  @Override
  public String name() {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public Outcome run(PreparedCase prepared) throws IOException {
    GoldenCase golden = prepared.golden();
    Command command = new Command(grpcos, prepared.argv()).in(prepared.directory());
    prepared.environment().forEach(command::with);
    if (kind == StartKind.COLD) {
      command.with("GRPCOS_COLD", "1");
    } else if (!golden.fallsBack()) {
      command.with("JAVA_HOME", "/nonexistent");
    }
    giveStdin(golden, command);
    return command.run();
  }

  /** Gives a command the standard input of a case. */
  static void giveStdin(GoldenCase golden, Command command) throws IOException {
    switch (golden.kind()) {
      case PIPE -> command.stdinPipe(golden.stdin());
      case HELD_OPEN -> command.stdinHeldOpen(golden.stdin());
      case FILE -> command.stdinFile(golden.folder().resolve("stdin"));
      case CLOSED -> command.redirected("<&-");
      case NULL -> command.stdinFile(Path.of("/dev/null"));
    }
  }
}
