package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.grpcos.gateway.schema.RepairedFiles.MissingParts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Links each repaired file once, when a caller looks it up.
 *
 * <p>The linker leaves out missing or broken imports: it replaces their messages with messages
 * without fields, and their enums with numbers. Not thread-safe.
 */
final class Linker {
  private final RepairedFiles files;
  private final Consumer<FileDescriptor> whenLinked;
  private final Map<String, FileDescriptor> linked = new HashMap<>();

  /** The reasons why files cannot be linked, by file name. */
  private final Map<String, String> broken = new HashMap<>();

  /** The reasons why files are missing, by file name, as the end of a sentence about the file. */
  private final Map<String, String> absent = new HashMap<>();

  /** The imports that each file is linked without, with the reasons, by importer. */
  private final Map<String, Map<String, String>> gaps = new HashMap<>();

  Linker(RepairedFiles files, Consumer<FileDescriptor> whenLinked) {
    this.files = files;
    this.whenLinked = whenLinked;
  }

  /** Sets the reason why a file is missing. */
  void absent(String name, String reason) {
    absent.putIfAbsent(name, reason);
  }

  /** Returns the linked file, or null if it is missing or broken. */
  @Nullable FileDescriptor link(String name) {
    FileDescriptor known = linked.get(name);
    if (known == null && !broken.containsKey(name)) {
      for (String each : files.closure(List.of(name))) {
        linkOne(each);
      }
      known = linked.get(name);
    }
    return known;
  }

  /** Returns the reason why the file is not available. */
  String failure(String name) {
    return broken.getOrDefault(name, absent.getOrDefault(name, "is missing"));
  }

  boolean has(FileDescriptor file) {
    return linked.get(file.getName()) == file;
  }

  /** Returns whether the file is linked without something that it needs. */
  boolean isIncomplete(FileDescriptor file) {
    return gaps.containsKey(file.getName()) || !files.missing(file.getName()).isEmpty();
  }

  /** Returns a sentence that names the missing parts of the file and the reasons. */
  String gaps(FileDescriptor file) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    gaps.getOrDefault(file.getName(), Map.of())
        .forEach(
            (name, reason) ->
                byReason.computeIfAbsent(reason, unused -> new ArrayList<>()).add(name));
    if (!byReason.isEmpty()) {
      List<String> clauses = new ArrayList<>();
      byReason.forEach(
          (reason, names) -> clauses.add(String.join(", ", names) + ", which " + reason));
      return file.getName() + " imports " + String.join("; and ", clauses);
    }
    List<String> types = files.missing(file.getName()).types();
    return types.isEmpty()
        ? "nothing that " + file.getName() + " imports declares it"
        : file.getName() + " uses " + String.join(", ", types) + ", which no file declares";
  }

  private void linkOne(String name) {
    FileDescriptorProto file = files.get(name);
    if (file == null || linked.containsKey(name) || broken.containsKey(name)) {
      return;
    }
    FileDescriptor[] imports = imports(file);
    try {
      FileDescriptor result = build(file, imports, !isComplete(name));
      linked.put(name, result);
      whenLinked.accept(result);
    } catch (DescriptorValidationException e) {
      broken.put(name, "is broken: " + e.getDescription());
    } catch (RuntimeException e) { // for example an edition that this version does not know
      broken.put(name, "is broken: " + e.getMessage());
    }
  }

  private boolean isComplete(String name) {
    MissingParts missing = files.missing(name);
    return missing.isEmpty() && !gaps.containsKey(name);
  }

  private static FileDescriptor build(
      FileDescriptorProto file, FileDescriptor[] imports, boolean partial)
      throws DescriptorValidationException {
    FileDescriptor result =
        FileDescriptor.buildFrom(ExtensionNames.bracketed(file), imports, partial);
    FileDescriptorProto known = partial ? UnknownEnums.asNumbers(file, result) : file;
    return known.equals(file)
        ? result
        : FileDescriptor.buildFrom(ExtensionNames.bracketed(known), imports, true);
  }

  private FileDescriptor[] imports(FileDescriptorProto file) {
    List<FileDescriptor> imports = new ArrayList<>();
    Map<String, String> missing = new LinkedHashMap<>();
    for (String name : file.getDependencyList()) {
      FileDescriptor imported = linked.get(name);
      if (imported != null) {
        imports.add(imported);
      } else if (broken.containsKey(name) || files.get(name) == null) {
        missing.put(name, failure(name));
      } else {
        missing.put(name, "imports it in turn");
      }
    }
    if (!missing.isEmpty()) {
      gaps.put(file.getName(), missing);
    }
    return imports.toArray(new FileDescriptor[0]);
  }

  /** Returns the linked files with these names and all their imports, each after its imports. */
  List<FileDescriptor> closure(Collection<String> roots) {
    List<FileDescriptor> result = new ArrayList<>();
    for (String name : files.closure(roots)) {
      FileDescriptor file = link(name);
      if (file != null) {
        result.add(file);
      }
    }
    return result;
  }
}
