package dev.grpcos.gateway.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files that stand in for missing imports, so that what imports them compiles.
 *
 * <p>Which missing file would declare which type is unknown, so each of them declares all types
 * that are found missing. In edition 2023 messages can be extended and enums are open, so that
 * files of any syntax can use them. Not thread-safe.
 */
final class StandIns {
  private static final String DECLARATIONS = "grpcos/absent/";

  /** The missing imports, and what has their content under another name; empty for nothing. */
  private final SortedMap<String, String> files = new TreeMap<>();

  private final SortedSet<String> types = new TreeSet<>();
  private final SortedSet<String> enums = new TreeSet<>();

  /** By the type: files that turned out to declare types that were thought to be missing. */
  private final Map<String, String> declaring = new HashMap<>();

  /** The missing imports, and those that are there under another name. */
  Set<String> files() {
    return Collections.unmodifiableSet(files.keySet());
  }

  /** The file that is what this import means, under another name; empty if there is none. */
  String otherName(String file) {
    return files.getOrDefault(file, "");
  }

  /** Whether a missing file has to declare this type. */
  boolean declares(String type) {
    return types.contains(type);
  }

  boolean declareAny() {
    return !types.isEmpty();
  }

  /** Whether the file is one of these, and so none of the schema. */
  boolean include(String file) {
    return files.containsKey(file) || file.startsWith(DECLARATIONS);
  }

  /**
   * Adds a missing import; returns whether that is news.
   *
   * @param otherName the name of the file that is meant, or empty
   */
  boolean addFile(String name, String otherName) {
    return files.putIfAbsent(name, otherName) == null;
  }

  /** Adds a type that no file declares; returns whether that is news. */
  boolean addType(String fullName) {
    return types.add(fullName);
  }

  /** Makes the type an enum whose name ends with this one; returns whether that is news. */
  boolean makeEnum(String name) {
    return types.stream()
        .filter(type -> type.equals(name) || type.endsWith("." + name))
        .findFirst()
        .map(enums::add)
        .orElse(false);
  }

  /**
   * Leaves a type, and what is in it, to the file that declares it; returns whether it was here.
   */
  boolean leaveTo(String file, String type) {
    declaring.put(type, file);
    return types.removeIf(one -> one.equals(type) || one.startsWith(type + "."));
  }

  /** The file that a type was left to; empty if there is none. */
  String fileOf(String type) {
    return declaring.entrySet().stream()
        .filter(one -> type.equals(one.getKey()) || type.startsWith(one.getKey() + "."))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  /** Writes them below the folder; those of an earlier call may be left. */
  void write(Path folder) throws IOException {
    List<String> imports = new ArrayList<>();
    for (String type : types) {
      if (!types.contains(scope(type))) {
        String name = DECLARATIONS + imports.size() + ".proto";
        imports.add(name);
        write(folder, name, "package " + scope(type) + "; ", declaration(type));
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      write(
          folder,
          file.getKey(),
          "",
          Stream.concat(imports.stream(), Stream.of(file.getValue()))
              .filter(name -> !name.isEmpty())
              .map(name -> "import public \"" + name + "\"; ")
              .collect(Collectors.joining()));
    }
  }

  private void write(Path folder, String name, String scope, String content) throws IOException {
    Path file = folder.resolve(name).normalize();
    if (file.startsWith(folder)) {
      Files.createDirectories(file.resolveSibling(""));
      Files.writeString(
          file, "edition = \"2023\"; " + (scope.equals("package ; ") ? "" : scope) + content);
    }
  }

  private String declaration(String type) {
    String name = type.substring(type.lastIndexOf('.') + 1);
    if (enums.contains(type)) {
      return "enum %s { GRPCOS_ABSENT_%s = 0; } ".formatted(name, name);
    }
    String nested =
        types.stream()
            .filter(other -> scope(other).equals(type))
            .map(this::declaration)
            .collect(Collectors.joining());
    return "message %s { extensions 1 to max; %s} ".formatted(name, nested);
  }

  private static String scope(String type) {
    return type.substring(0, Math.max(type.lastIndexOf('.'), 0));
  }
}
