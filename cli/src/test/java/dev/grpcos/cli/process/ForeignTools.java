package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Third-party programs that are optional. A test is skipped if its program is missing, unless
 * {@code GRPCOS_TEST_SKIPS_NOTHING} is set: then it fails.
 */
public final class ForeignTools {
  private static final boolean SKIPS_NOTHING = System.getenv("GRPCOS_TEST_SKIPS_NOTHING") != null;

  private ForeignTools() {}

  /** Returns a program on the PATH. */
  public static Path program(String name) {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    return required(found, "no " + name + " on PATH");
  }

  /** Returns the folder of npm's packages. */
  public static Path nodeModules() {
    return folder("GRPCOS_TEST_NODE_PATH", "npm packages");
  }

  /** Returns the folder that an environment variable names. */
  public static Path folder(String variable, String content) {
    return required(
        Optional.ofNullable(System.getenv(variable)).map(Path::of),
        variable + " names no folder of " + content);
  }

  /** Returns the file of a script in the tests' resources. */
  static Path script(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(ForeignTools.class.getResource(name), name).toURI());
  }

  /** Returns a Python that has grpc. */
  static Path python() {
    return required(
        Stream.of(program("python3"), Path.of("/usr/bin/python3"))
            .filter(Files::isExecutable)
            .filter(candidate -> new Command(candidate, "-c", "import grpc").run().exit() == 0)
            .findFirst(),
        "no python3 that has grpc (Debian's python3-grpcio)");
  }

  private static Path required(Optional<Path> found, String problem) {
    if (SKIPS_NOTHING) {
      assertThat(found).as(problem).isPresent();
    }
    assumeTrue(found.isPresent(), problem);
    return found.orElseThrow();
  }
}
