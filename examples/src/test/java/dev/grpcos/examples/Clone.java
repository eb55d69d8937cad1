package dev.grpcos.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The project's folder, cloned and built.
 *
 * @param root the folder, absolute
 */
record Clone(Path root) {
  /**
   * Benchmarks are not tests: they take minutes and print times. The others need what a test
   * machine lacks, or fixed ports; {@link DeploymentIT}, {@link EnvoyIT} and {@link IpcIT} test
   * their files.
   */
  private static final Set<String> NOT_RUN =
      Set.of(
          "examples/benchmarks/README.md",
          "examples/envoy/README.md",
          "examples/ipc/README.md",
          "examples/kubernetes/README.md",
          "examples/systemd/README.md");

  /** Returns the clone whose build runs these tests, from the property that the build sets. */
  static Clone built() {
    String distribution =
        Objects.requireNonNull(System.getProperty("grpcos.distribution"), "grpcos.distribution");
    // cli/target/grpcos
    Path root = Path.of(distribution).toAbsolutePath().normalize().resolve("../../..").normalize();
    return new Clone(root);
  }

  /** Returns the folder of the command. */
  Path bin() {
    return root.resolve("cli/target/grpcos/bin");
  }

  /**
   * Returns the documents whose commands are run, as paths from the root: the project's, those of
   * examples, and pages of the manual.
   */
  List<String> documents() throws IOException {
    List<String> documents = new ArrayList<>(List.of("README.md"));
    try (Stream<Path> examples = Files.list(root.resolve("examples"))) {
      examples
          .map(example -> root.relativize(example.resolve("README.md")).toString())
          .filter(readme -> Files.exists(root.resolve(readme)) && !NOT_RUN.contains(readme))
          .sorted()
          .forEach(documents::add);
    }
    try (Stream<Path> pages = Files.list(root.resolve("cli/src/main/man"))) {
      for (Path page : pages.sorted().toList()) {
        if (!Step.in(page).isEmpty()) { // others describe no session
          documents.add(root.relativize(page).toString());
        }
      }
    }
    return documents;
  }
}
