package dev.grpcos.cli.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.distribution.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Third-party clients, as far as they are installed; without one its tests are skipped. */
final class ForeignTools {
  private ForeignTools() {}

  /** A program of the PATH. */
  static Path program(String name) {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "no " + name + " on PATH");
    return found.orElseThrow();
  }

  /** Where npm's packages are. */
  static Path nodeModules() {
    String modules = System.getenv("GRPCOS_TEST_NODE_PATH");
    assumeTrue(modules != null, "GRPCOS_TEST_NODE_PATH names no folder of npm packages");
    return Path.of(modules);
  }

  /** A Python that has grpc. */
  static Path python() {
    Optional<Path> python =
        Stream.of(program("python3"), Path.of("/usr/bin/python3"))
            .filter(Files::isExecutable)
            .filter(candidate -> new Command(candidate, "-c", "import grpc").run().exit() == 0)
            .findFirst();
    assumeTrue(python.isPresent(), "no python3 that has grpc (Debian's python3-grpcio)");
    return python.orElseThrow();
  }
}
