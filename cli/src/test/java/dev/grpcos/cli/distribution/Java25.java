package dev.grpcos.cli.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The JDK 25 of this machine. */
public final class Java25 {
  private Java25() {}

  /** Returns {@code JAVA_HOME_25}, or the folder where Linux distributions install it. */
  public static Optional<Path> home() {
    String named = System.getenv("JAVA_HOME_25");
    Path folder = Path.of("/usr/lib/jvm");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> homes = Files.list(folder)) {
      return homes
          .filter(home -> home.getFileName().toString().matches(".*\\b25\\b.*"))
          .filter(home -> Files.isExecutable(home.resolve("bin/java")))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
