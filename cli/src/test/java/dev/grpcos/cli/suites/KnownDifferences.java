package dev.grpcos.cli.suites;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Files with the tests of a suite that are known to fail, one per line, below comments with the
 * reasons.
 */
final class KnownDifferences {
  private KnownDifferences() {}

  /** Copies a file to a folder, for a runner that reads it. */
  static Path file(String name, Path folder) throws IOException {
    return Files.writeString(folder.resolve(name), text(name));
  }

  /** Returns the tests that a file lists. */
  static List<String> tests(String name) throws IOException {
    return text(name).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
  }

  private static String text(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(KnownDifferences.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
