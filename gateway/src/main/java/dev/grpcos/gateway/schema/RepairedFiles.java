package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of a table in protoc's form. Each file is repaired once, with all its imports, when a
 * caller looks it up. Not thread-safe.
 */
final class RepairedFiles {
  private final FileTable table;

  /** The files, each after its imports, except in cycles that cannot be joined. */
  private final Map<String, FileDescriptorProto> files = new LinkedHashMap<>();

  /** The missing parts of files, by file name; complete files have no entry. */
  private final Map<String, MissingParts> missingParts = new HashMap<>();

  RepairedFiles(FileTable table) {
    this.table = table;
  }

  /** Returns the repaired file with this name, or null if there is none. */
  @Nullable FileDescriptorProto get(String name) {
    if (!files.containsKey(name) && table.has(name)) {
      repair(name);
    }
    return files.get(name);
  }

  /**
   * The missing parts of a repaired file.
   *
   * @param imports missing imports that the file needs, or may need
   * @param types types that the file uses and no file declares
   */
  record MissingParts(List<String> imports, List<String> types) {
    static final MissingParts NONE = new MissingParts(List.of(), List.of());

    boolean isEmpty() {
      return imports.isEmpty() && types.isEmpty();
    }
  }

  /** Returns the missing parts of the repaired file. */
  MissingParts missing(String name) {
    return missingParts.getOrDefault(name, MissingParts.NONE);
  }

  /** Returns all files of the table, repaired, and the stand-ins for missing files. */
  Collection<FileDescriptorProto> all() {
    List.copyOf(table.names()).forEach(this::get);
    return files.values();
  }

  /** Returns the names of these files and of all their imports, each after its imports. */
  List<String> closure(Collection<String> roots) {
    Set<String> reached = new HashSet<>();
    Deque<String> next = new ArrayDeque<>(roots);
    while (!next.isEmpty()) {
      String name = next.remove();
      FileDescriptorProto file = reached.contains(name) ? null : get(name);
      if (file != null) {
        reached.add(name);
        next.addAll(FileNeeds.allImports(file));
      }
    }
    return files.keySet().stream().filter(reached::contains).toList();
  }

  private void repair(String root) {
    Map<String, FileDescriptorProto> repaired = new LinkedHashMap<>();
    Deque<String> next = new ArrayDeque<>(List.of(root));
    while (!next.isEmpty()) {
      String name = next.remove();
      FileDescriptorProto raw =
          files.containsKey(name) || repaired.containsKey(name) ? null : table.get(name);
      if (raw != null) {
        FileDescriptorProto file = repairOne(raw);
        repaired.put(name, file);
        next.addAll(FileNeeds.allImports(file));
      }
    }
    Map<String, Collection<String>> imports = new LinkedHashMap<>();
    repaired.forEach((name, file) -> imports.put(name, FileNeeds.allImports(file)));
    for (List<String> group : ImportOrder.of(imports)) {
      List<FileDescriptorProto> members = group.stream().map(repaired::get).toList();
      List<FileDescriptorProto> joined =
          members.size() == 1 ? List.of() : ImportCircles.joined(members);
      if (!joined.isEmpty()) {
        MissingParts missing =
            new MissingParts(
                group.stream()
                    .flatMap(name -> missing(name).imports().stream())
                    .distinct()
                    .toList(),
                group.stream().flatMap(name -> missing(name).types().stream()).distinct().toList());
        group.forEach(missingParts::remove);
        note(joined.get(0).getName(), missing);
      }
      for (FileDescriptorProto file : joined.isEmpty() ? members : joined) {
        files.put(file.getName(), file);
      }
    }
  }

  private FileDescriptorProto repairOne(FileDescriptorProto raw) {
    List<String> others = CommonFiles.has(raw.getName()) ? List.of() : sameFiles(raw);
    if (!others.isEmpty()) {
      return ImportCircles.forwarding(raw, others);
    }
    ImportRepair.RepairedImports result = ImportRepair.repaired(FileRepair.repaired(raw), table);
    note(raw.getName(), new MissingParts(result.missingImports(), result.missingTypes()));
    return result.file();
  }

  private void note(String name, MissingParts missing) {
    if (!missing.isEmpty()) {
      missingParts.put(name, missing);
    }
  }

  /**
   * Returns the names of other files with the same declarations, which then replace this file; may
   * be empty.
   */
  private List<String> sameFiles(FileDescriptorProto file) {
    if (CommonFiles.isPackage(file.getPackage())) {
      return commonFiles(file);
    }
    List<String> top = Declarations.top(file);
    String name = top.isEmpty() ? null : table.declaringTop(top.get(0));
    FileDescriptorProto other =
        name == null || name.equals(file.getName()) ? null : table.get(name);
    return other != null && declarations(other).equals(declarations(file))
        ? List.of(other.getName())
        : List.of();
  }

  /**
   * Returns the common files that together have all declarations of the file, or no files if one is
   * missing. grpc-js puts all common types into one file, which conflicts with any other file of
   * the same messages.
   */
  private List<String> commonFiles(FileDescriptorProto file) {
    Map<String, FileDescriptorProto> common = new LinkedHashMap<>();
    for (String top : Declarations.top(file)) {
      FileDescriptorProto declaring = CommonFiles.declaring(top);
      if (declaring == null) {
        return List.of();
      }
      common.put(declaring.getName(), declaring);
    }
    for (DescriptorProto message : file.getMessageTypeList()) {
      if (common.values().stream()
          .flatMap(one -> one.getMessageTypeList().stream())
          .filter(one -> one.getName().equals(message.getName()))
          .noneMatch(one -> numbers(one).containsAll(numbers(message)))) {
        return List.of();
      }
    }
    common.values().forEach(one -> table.add(DescriptorFile.of(one)));
    return List.copyOf(common.keySet());
  }

  private static Set<Integer> numbers(DescriptorProto message) {
    return message.getFieldList().stream()
        .map(FieldDescriptorProto::getNumber)
        .collect(Collectors.toSet());
  }

  private static FileDescriptorProto declarations(FileDescriptorProto file) {
    return file.toBuilder()
        .clearName()
        .clearDependency()
        .clearPublicDependency()
        .clearWeakDependency()
        .clearOptionDependency()
        .clearOptions()
        .clearSourceCodeInfo()
        .build();
  }
}
