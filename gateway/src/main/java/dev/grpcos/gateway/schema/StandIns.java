package dev.grpcos.gateway.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files that replace missing imports, so that their importers compile.
 *
 * <p>The compiler does not report which missing file declares which type, so each stand-in declares
 * all missing types. Stand-ins use edition 2023: its messages can be extended and its enums are
 * open, so that files of any syntax can use them. Not thread-safe.
 */
final class StandIns {
  private static final String DECLARATIONS = "grpcos/absent/";

  /** The missing imports, and for each the other name of the same file, or an empty string. */
  private final SortedMap<String, String> files = new TreeMap<>();

  private final NavigableSet<String> types = new TreeSet<>();
  private final NavigableSet<String> enums = new TreeSet<>();

  /** Files found later to declare types that seemed to be missing, by type. */
  private final Map<String, String> declaring = new HashMap<>();

  /** Returns the missing imports, and the imports that exist under another name. */
  Set<String> files() {
    return Collections.unmodifiableSet(files.keySet());
  }

  /** Returns the other name of the file that this import means, or an empty string. */
  String otherName(String file) {
    return files.getOrDefault(file, "");
  }

  /** Returns whether a missing file has to declare this type. */
  boolean declares(String type) {
    return types.contains(type);
  }

  boolean declareAny() {
    return !types.isEmpty();
  }

  /** Returns whether the file is a stand-in, and so not part of the schema. */
  boolean include(String file) {
    return files.containsKey(file) || file.startsWith(DECLARATIONS);
  }

  /**
   * Adds a missing import. Returns false if it was already added.
   *
   * @param otherName the other name of the same file, or an empty string
   */
  boolean addFile(String name, String otherName) {
    return files.putIfAbsent(name, otherName) == null;
  }

  /** Adds a type that no file declares. Returns false if it was already added. */
  boolean addType(String fullName) {
    return types.add(fullName);
  }

  /** Turns the type whose name ends with this name into an enum. Returns whether it changed. */
  boolean makeEnum(String name) {
    return types.stream()
        .filter(type -> type.equals(name) || type.endsWith("." + name))
        .findFirst()
        .map(enums::add)
        .orElse(false);
  }

  /**
   * Removes a type and its nested types because this file declares it. Returns false if the type
   * was not here.
   */
  boolean leaveTo(String file, String type) {
    declaring.put(type, file);
    return types.removeIf(one -> one.equals(type) || one.startsWith(type + "."));
  }

  /** Returns the file for which the type was removed, or an empty string. */
  String fileOf(String type) {
    return declaring.entrySet().stream()
        .filter(one -> type.equals(one.getKey()) || type.startsWith(one.getKey() + "."))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  /** Writes the stand-ins below the folder. Files of an earlier call may remain. */
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
