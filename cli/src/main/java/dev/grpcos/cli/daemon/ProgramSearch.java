package dev.grpcos.cli.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Searches the folders of PATH for a program. */
public final class ProgramSearch {
  private static final String DEFAULT_PATH = "/usr/bin:/bin";

  private ProgramSearch() {}

  /**
   * Returns the first executable file with this name. Empty folders are skipped.
   *
   * @param path the value of PATH; null for a default
   * @param here the folder in which relative folders are found; null to skip them
   */
  public static Optional<Path> find(String name, @Nullable String path, @Nullable Path here) {
    return Stream.of((path == null ? DEFAULT_PATH : path).split(":", -1))
        .filter(folder -> here == null ? folder.startsWith("/") : !folder.isEmpty())
        .map(folder -> (here == null ? Path.of(folder) : here.resolve(folder)).resolve(name))
        .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
        .findFirst();
  }
}
