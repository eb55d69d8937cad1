package dev.grpcos.cli.command;

import dev.grpcos.cli.failure.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files that {@code --proto} and {@code -I} name, as the compiler has to be told of them.
 *
 * @param folders absolute; what stands in several is taken from the first
 * @param names of the sources in {@code folders}
 */
record SourceFiles(List<Path> folders, List<String> names) {
  /**
   * Finds the files, and what they may import: what is in the folders, then what is beside sources
   * that are in none of these, and, where no folder is given, what is in the working folder.
   *
   * @param sources files, or folders of which all files are meant that end in {@code .proto}
   * @param folders in which sources may stand, too
   * @param here the caller's working folder
   * @throws CliException FAILURE if something is not there; USAGE if the compiler can't take it
   */
  static SourceFiles find(List<String> sources, List<String> folders, Path here) {
    Set<Path> given = new LinkedHashSet<>();
    for (String folder : folders) {
      Path path = here.resolve(folder).normalize();
      if (!Files.isDirectory(path)) {
        throw CliException.failure("-I %s: there is no such folder", folder);
      }
      given.add(path);
    }
    Set<Path> all = new LinkedHashSet<>(given);
    Set<Path> files = new LinkedHashSet<>();
    for (String source : sources) {
      Path path = path(source, here, given);
      boolean folder = Files.isDirectory(path);
      if (given.stream().noneMatch(path::startsWith)) {
        all.add(path.startsWith(here) ? here : folder ? path : path.resolve("..").normalize());
      }
      files.addAll(folder ? within(source, path) : List.of(path));
    }
    if (given.isEmpty()) {
      all.add(here);
    }
    List<String> names = files.stream().map(file -> name(file, all)).toList();
    return new SourceFiles(List.copyOf(all), names);
  }

  private static Path path(String source, Path here, Set<Path> folders) {
    Path path = here.resolve(source).normalize();
    if (source.isEmpty()) {
      throw CliException.usage("--proto '' names no file");
    }
    if (Files.exists(path)) {
      return path;
    }
    return folders.stream()
        .map(folder -> folder.resolve(source).normalize())
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                CliException.failure(
                    "--proto %s: there is no such file, neither here nor in a folder given with -I",
                    source));
  }

  private static List<Path> within(String source, Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> found =
          files
              .filter(file -> file.toString().endsWith(".proto") && Files.isRegularFile(file))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw CliException.usage("--proto %s is a folder with no .proto file in it", source);
      }
      return found;
    } catch (IOException e) {
      throw CliException.failure(e, "--proto %s can't be read: %s", source, e.getMessage());
    }
  }

  /** The name in the folder of which it is; no other may hide it. */
  private static String name(Path file, Set<Path> folders) {
    Path own = folders.stream().filter(file::startsWith).findFirst().orElseThrow();
    Path name = own.relativize(file);
    for (Path folder : folders) {
      Path other = folder.resolve(name);
      if (Files.exists(other) && !other.equals(file)) {
        throw CliException.usage(
            "--proto %s: as '%s', %s comes before it: give -I DIR with a folder that has both",
            file, name, other);
      } else if (folder.equals(own)) {
        break;
      }
    }
    return name.toString();
  }
}
