package dev.grpcos.gateway.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Sources with the names that the compiler needs.
 *
 * @param folders absolute import folders, at least one; the first folder that contains a file is
 *     used
 * @param names the names of the sources in {@code folders}
 */
record SourceFiles(List<Path> folders, List<String> names) {
  /** The most files of a folder that are read. */
  static final int MOST_FILES = 10_000;

  /**
   * Finds sources and the files that they may import.
   *
   * <p>Names are relative to the import folders. For a source outside of them, an import folder is
   * added at the end: the folder itself for a folder, the base for a file below the base, and the
   * parent folder for any other file. If there are no import folders, the base is the import
   * folder.
   *
   * @throws SourceException if something does not exist, or the compiler cannot use its name
   */
  static SourceFiles find(NamedSources named) throws SourceException {
    return new Search(named).find();
  }

  /** Returns the name of a file in the first folder that contains it, or {@code otherwise}. */
  String nameOf(Path file, String otherwise) {
    return folders.stream()
        .filter(file::startsWith)
        .map(folder -> folder.relativize(file).toString())
        .findFirst()
        .orElse(otherwise);
  }

  private static final class Search {
    private final NamedSources named;
    private final Set<Path> given = new LinkedHashSet<>();

    Search(NamedSources named) {
      this.named = named;
    }

    SourceFiles find() throws SourceException {
      for (String folder : named.folders()) {
        given.add(folder(folder));
      }
      Set<Path> own = new LinkedHashSet<>();
      Set<Path> others = new LinkedHashSet<>();
      Set<Path> files = new LinkedHashSet<>();
      for (String source : named.sources()) {
        Path path = path(source);
        boolean isFolder = Files.isDirectory(path);
        if (given.stream().noneMatch(path::startsWith)) {
          if (isFolder) {
            own.add(path);
          } else {
            others.add(path.startsWith(named.base()) ? named.base() : parent(path));
          }
        }
        files.addAll(isFolder ? within(source, path) : List.of(path));
      }
      Set<Path> folders = new LinkedHashSet<>(given);
      folders.addAll(own);
      folders.addAll(others);
      if (given.isEmpty()) {
        folders.add(named.base());
      }
      List<String> names = new ArrayList<>();
      for (Path file : files) {
        names.add(name(file, folders));
      }
      return new SourceFiles(List.copyOf(folders), names);
    }

    private Path folder(String text) throws SourceException {
      Path path = resolve(named.base(), named.words().folder(), text);
      if (!Files.isDirectory(path)) {
        throw SourceException.missing(
            named.words().folder() + " " + text, "there is no such folder");
      }
      return path;
    }

    private Path path(String source) throws SourceException {
      if (source.isEmpty()) {
        throw SourceException.unusable(
            named.words().source() + " ''", "the name is empty; name a file or a folder");
      }
      List<Path> places = new ArrayList<>(List.of(named.base()));
      places.addAll(given);
      for (Path place : places) {
        Path path = resolve(place, named.words().source(), source);
        if (Files.isDirectory(path) || Files.isRegularFile(path)) {
          if (!Files.isReadable(path)) {
            throw SourceException.missing(subject(source), "may not be read; change its mode");
          }
          return path;
        } else if (Files.exists(path)) {
          throw SourceException.unusable(subject(source), "is neither a file nor a folder");
        }
      }
      throw SourceException.missing(
          subject(source),
          "there is no such file, neither %s nor in a folder given with %s"
              .formatted(named.words().base(), named.words().folder()));
    }

    private String subject(String source) {
      return named.words().source() + " " + source;
    }

    private static Path resolve(Path base, String setting, String text) throws SourceException {
      try {
        return base.resolve(text).normalize();
      } catch (InvalidPathException e) {
        throw SourceException.unusable(setting, "is not a path: " + e.getReason());
      }
    }

    private List<Path> within(String source, Path folder) throws SourceException {
      // The dot makes the walk follow a link to a folder.
      try (Stream<Path> files = Files.walk(folder.resolve("."))) {
        List<Path> found =
            files
                .filter(file -> file.toString().endsWith(".proto") && Files.isRegularFile(file))
                .map(Path::normalize)
                .limit(MOST_FILES + 1)
                .sorted()
                .toList();
        if (found.isEmpty()) {
          throw SourceException.unusable(
              subject(source), "the folder has no file whose name ends in .proto");
        } else if (found.size() > MOST_FILES) {
          throw SourceException.unusable(
              subject(source),
              "the folder has more than %,d files whose names end in .proto; name a smaller one"
                  .formatted(MOST_FILES));
        }
        return found;
      } catch (IOException | UncheckedIOException e) {
        throw SourceException.unreadable(subject(source), e);
      }
    }

    /**
     * Returns the name in the first folder that contains the file. An earlier folder must not have
     * another file with that name.
     */
    private String name(Path file, Set<Path> folders) throws SourceException {
      Path own = folders.stream().filter(file::startsWith).findFirst().orElseThrow();
      Path name = own.relativize(file);
      for (Path folder : folders) {
        Path other = folder.resolve(name);
        if (folder.equals(own)) {
          break;
        } else if (Files.exists(other)) {
          throw SourceException.unusable(
              subject(file.toString()),
              "as '%s', %s comes before it; give %s with a folder that has both"
                  .formatted(name, other, named.words().folder()));
        }
      }
      return name.toString();
    }

    private static Path parent(Path file) {
      return file.resolve("..").normalize();
    }
  }
}
