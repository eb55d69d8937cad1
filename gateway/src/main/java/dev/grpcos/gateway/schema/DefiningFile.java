package dev.grpcos.gateway.schema;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A search for the source that defines a service, among the files directly in a folder. It reads
 * the sources without compiling them, so that an unrelated source may be broken.
 */
public final class DefiningFile {
  private static final int MOST_BYTES = 16 << 20;

  private final Path folder;
  private final String service;

  private DefiningFile(Path folder, String service) {
    this.folder = folder;
    this.service = service;
  }

  /**
   * Returns the name of the file in the folder that defines the service.
   *
   * @param service the full name
   * @throws SourceException if no file or several files define it, if there are too many files, or
   *     if the folder cannot be read
   */
  public static String find(Path folder, String service) throws SourceException {
    return new DefiningFile(folder, service).find();
  }

  private String find() throws SourceException {
    List<String> defining = new ArrayList<>();
    String unreadable = null;
    long bytes = 0;
    for (Path file : files()) {
      String text = read(file, MOST_BYTES - bytes);
      if (text == null) {
        unreadable = file.getFileName().toString();
        continue;
      }
      bytes += text.length();
      if (bytes > MOST_BYTES) {
        throw tooMany("%d MiB".formatted(MOST_BYTES >> 20));
      }
      if (defines(text)) {
        defining.add(file.getFileName().toString());
      }
    }
    if (defining.size() > 1) {
      throw problem("which %s in %s define", String.join(" and ", defining), folder);
    } else if (defining.isEmpty()) {
      throw problem(
          "which no .proto file in %s defines%s",
          folder, unreadable == null ? "" : "; " + unreadable + " cannot be read");
    }
    return defining.get(0);
  }

  /** Returns at most one file more than may be searched. */
  private List<Path> files() throws SourceException {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries
              .filter(file -> file.toString().endsWith(".proto") && Files.isRegularFile(file))
              .limit(SourceFiles.MOST_FILES + 1L)
              .sorted()
              .toList();
      if (files.size() > SourceFiles.MOST_FILES) {
        throw tooMany("%,d".formatted(SourceFiles.MOST_FILES));
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw problem("whose .proto file cannot be searched in %s: %s", folder, e);
    }
  }

  /** Returns the text of a file, or one byte more than the most; null if it cannot be read. */
  private static @Nullable String read(Path file, long most) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes((int) most + 1), ISO_8859_1);
    } catch (IOException e) {
      return null;
    }
  }

  private boolean defines(String text) {
    int dot = service.lastIndexOf('.');
    String name = service.substring(dot + 1);
    if (!text.contains(name)) {
      return false;
    }
    SourceTokens tokens = new SourceTokens(text);
    String scope = "";
    boolean found = false;
    int statement = 0;
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.is(i, "{")) {
        found |= tokens.is(statement, "service") && tokens.joined(statement + 1, i).equals(name);
        i = tokens.closing(i);
        statement = i + 1;
      } else if (tokens.is(i, ";")) {
        if (tokens.is(statement, "package")) {
          scope = tokens.joined(statement + 1, i);
        }
        statement = i + 1;
      }
    }
    return found && scope.equals(dot < 0 ? "" : service.substring(0, dot));
  }

  private SourceException tooMany(String most) {
    return problem(
        "but the .proto files in %s are more than the %s that are searched", folder, most);
  }

  @FormatMethod
  private SourceException problem(@FormatString String text, Object... arguments) {
    return SourceException.unusable(
        "service " + service,
        text.formatted(arguments) + "; give the file that defines it in proto");
  }
}
