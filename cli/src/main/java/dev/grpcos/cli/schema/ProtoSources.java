package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.grpcos.gateway.schema.Protoc;
import dev.grpcos.gateway.schema.SchemaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Proto source that may import files that are not there.
 *
 * <p>The compiler wants all of them. It is given stand-ins, which declare as empty messages what it
 * then finds undefined, and these are left out of its result: to a schema the files are as missing
 * as those that a server's reflection can't give.
 */
public final class ProtoSources {
  private static final Pattern ABSENT =
      Pattern.compile("^([\\w./-]+): File not found\\.$", Pattern.MULTILINE);

  /** The file that an error is in, and the file of the import. */
  private static final Pattern NOT_IMPORTED =
      Pattern.compile("^(.+?):\\d+:\\d+: Import \".*\" was not found", Pattern.MULTILINE);

  /** The file that an error is in, the name as it stands there, and what the name was taken for. */
  private static final Pattern UNDEFINED =
      Pattern.compile(
          "^(.+?)(?::\\d+:\\d+)?: \"\\.?([\\w.]+)\" is (?:resolved to \"([\\w.]+)\", which is )?not"
              + " defined\\.",
          Pattern.MULTILINE);

  /** Each time, one more file of a chain of imports compiles. */
  private static final int ATTEMPTS = 32;

  private static final String DECLARATIONS = "grpcos/absent/";

  private final Protoc protoc;
  private final List<Path> folders;
  private final List<String> sources;

  private ProtoSources(Protoc protoc, List<Path> folders, List<String> sources) {
    this.protoc = protoc;
    this.folders = folders;
    this.sources = sources;
  }

  /**
   * Compiles sources to descriptors with their comments and all that they import, as far as it is
   * there.
   *
   * @param folders absolute
   * @param sources by their names in {@code folders}
   * @throws SchemaException if they don't compile, or would not with any content of missing files;
   *     the message is the compiler's, a line a problem
   */
  public static List<FileDescriptorProto> compile(
      Protoc protoc, List<Path> folders, List<String> sources) throws SchemaException {
    try {
      return protoc.compile(folders, sources);
    } catch (SchemaException e) {
      Set<String> absent =
          ABSENT.matcher(said(e)).results().map(m -> m.group(1)).collect(Collectors.toSet());
      List<FileDescriptorProto> files =
          absent.isEmpty()
              ? List.of()
              : new ProtoSources(protoc, folders, sources).compileWithout(absent);
      if (files.isEmpty()) {
        throw new SchemaException(shortened(said(e), folders), e);
      }
      return files;
    }
  }

  /** What compiles with stand-ins; nothing if that doesn't either. */
  private List<FileDescriptorProto> compileWithout(Set<String> absent) throws SchemaException {
    try {
      Path folder = Files.createTempDirectory("grpcos-absent-");
      try {
        return compileWithout(absent, folder);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new SchemaException(
          "there is no place for stand-ins of missing files: " + e.getMessage(), e);
    }
  }

  private List<FileDescriptorProto> compileWithout(Set<String> absent, Path folder)
      throws IOException {
    List<Path> all = new ArrayList<>(folders);
    all.add(folder);
    Set<String> types = new TreeSet<>();
    for (int i = 0; i < ATTEMPTS; i++) {
      write(folder, absent, types);
      try {
        return protoc.compile(all, sources).stream()
            .filter(file -> !absent.contains(file.getName()))
            .filter(file -> !file.getName().startsWith(DECLARATIONS))
            .toList();
      } catch (SchemaException e) {
        if (!types.addAll(undefined(said(e)))) {
          return List.of();
        }
      }
    }
    return List.of();
  }

  /**
   * Types that no file has. Whoever imports what has errors of its own may lack more than these.
   */
  private static Set<String> undefined(String said) {
    Set<String> unready =
        NOT_IMPORTED.matcher(said).results().map(m -> m.group(1)).collect(Collectors.toSet());
    Set<String> types = new TreeSet<>();
    Matcher error = UNDEFINED.matcher(said);
    while (error.find()) {
      if (!unready.contains(error.group(1))) {
        types.add(error.group(3) == null ? error.group(2) : error.group(3));
      }
    }
    return types;
  }

  /** Which missing file has which type is not known: each has them all. */
  private static void write(Path folder, Set<String> absent, Set<String> types) throws IOException {
    List<String> declarations = new ArrayList<>();
    for (String type : types) {
      if (!types.contains(scope(type))) {
        String name = DECLARATIONS + declarations.size() + ".proto";
        String scope = scope(type);
        declarations.add(name);
        write(
            folder.resolve(name),
            "syntax = \"proto2\"; "
                + (scope.isEmpty() ? "" : "package " + scope + "; ")
                + message(type, types));
      }
    }
    String imports =
        declarations.stream()
            .map(name -> "import public \"" + name + "\"; ")
            .collect(Collectors.joining());
    for (String file : absent) {
      write(folder.resolve(file), "syntax = \"proto2\"; " + imports);
    }
  }

  private static String message(String type, Collection<String> types) {
    String nested =
        types.stream()
            .filter(other -> scope(other).equals(type))
            .map(other -> message(other, types))
            .collect(Collectors.joining());
    return "message %s { extensions 1 to max; %s} "
        .formatted(type.substring(type.lastIndexOf('.') + 1), nested);
  }

  private static String scope(String type) {
    return type.substring(0, Math.max(type.lastIndexOf('.'), 0));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Files by their names, by which who gave the folders knows them. */
  private static String shortened(String said, List<Path> folders) {
    String words = said;
    for (Path folder : folders) {
      words = words.replaceAll("(?m)^" + Pattern.quote(folder + "/"), "");
    }
    return words;
  }

  private static String said(SchemaException e) {
    return String.valueOf(e.getMessage());
  }
}
