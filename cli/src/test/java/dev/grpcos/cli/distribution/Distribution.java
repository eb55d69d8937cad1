package dev.grpcos.cli.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * A folder with {@code bin}, {@code lib} and {@code share}: that of the build, or a copy.
 *
 * @param home the folder, absolute
 */
public record Distribution(Path home) {
  /** Returns the distribution under {@code target}. Tests run in the module's folder. */
  public static Distribution built() {
    return new Distribution(Path.of("target", "grpcos").toAbsolutePath());
  }

  /** Returns the path of the command. */
  public Path grpcos() {
    return home.resolve("bin/grpcos");
  }

  /** Returns the path of the script that starts a JVM for a command. */
  public Path jvm() {
    return home.resolve("lib/grpcos-jvm");
  }

  /** Copies all files to a folder that does not exist yet, with their dates as {@code cp -a}. */
  public Distribution copyTo(Path folder) {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, folder.resolve(home.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Distribution(folder);
  }
}
