package dev.grpcos.cli.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A JDK 25, on which grpcos runs as well. */
public final class Java25 {
  private Java25() {}

  /** Where {@code JAVA_HOME_25} says, or where Debian and others put it. */
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
