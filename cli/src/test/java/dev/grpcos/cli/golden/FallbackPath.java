package dev.grpcos.cli.golden;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.FakeJava;
import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Runs cases that the launcher hands to a JVM, with a program in place of the JVM that prints the
 * arguments of the command, each ended by NUL. {@link GoldenTest} tests what the command does then.
 *
 * @param grpcos the launcher
 */
record FallbackPath(Path grpcos, FakeJava java) implements CallPath {
  private static final int EXIT = 3;

  private static final String SCRIPT =
      """
      until [ "$1" = dev.grpcos.cli.Main ]; do shift; done
      shift
      printf '%%s\\0' "$@"
      exit %d\
      """
          .formatted(EXIT);

  /** Creates a path whose Java is made in this folder. */
  static FallbackPath of(Path grpcos, Path folder) {
    return new FallbackPath(grpcos, FakeJava.running(folder, "17.0.1", SCRIPT));
  }

  @Override
  public String name() {
    return "fallback";
  }

  @Override
  public Outcome run(PreparedCase prepared) throws IOException {
    Command command = new Command(grpcos, prepared.argv()).in(prepared.directory());
    prepared.environment().forEach(command::with);
    command.with("JAVA_HOME", java.home().toString());
    ProcessPath.giveStdin(prepared.golden(), command);
    return command.run();
  }

  /** The launcher must fall back without a message, and with the arguments unchanged. */
  @Override
  public Outcome expected(GoldenCase golden) {
    return new Outcome(EXIT, String.join("\0", golden.argv()) + "\0", "");
  }
}
