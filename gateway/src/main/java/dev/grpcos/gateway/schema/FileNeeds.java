package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the symbols and files that a table needs before it can link a file. */
public final class FileNeeds {
  private FileNeeds() {}

  /** Returns all imports of the file, for types or for options. */
  public static List<String> allImports(FileDescriptorProto file) {
    List<String> imports = new ArrayList<>(file.getDependencyList());
    imports.addAll(file.getOptionDependencyList());
    return imports;
  }

  /** Returns the imports of the file that the table lacks. */
  public static List<String> imports(FileDescriptorProto file, FileTable table) {
    return allImports(file).stream().filter(name -> !table.has(name)).toList();
  }

  /**
   * Returns the full names of the types that the file uses and no file in the table declares. A
   * relative name has several candidates; one of them is enough.
   */
  public static List<String> types(FileDescriptorProto file, FileTable table) {
    List<String> missing = new ArrayList<>();
    for (TypeReference reference : TypeReference.in(file)) {
      List<String> candidates = reference.candidates();
      if (candidates.stream().allMatch(name -> table.declaringType(name) == null)) {
        missing.addAll(candidates);
      }
    }
    return missing;
  }

  /**
   * Returns the numbers of the custom options in the file that no file in the table declares, by
   * the full name of the options message. The result matters only if the file does not import
   * everything that it uses.
   */
  public static Map<String, Set<Integer>> options(FileDescriptorProto file, FileTable table) {
    Map<String, Set<Integer>> missing = CustomOptions.in(file);
    missing.forEach((type, numbers) -> numbers.removeAll(table.extensions(type).keySet()));
    missing.values().removeIf(Set::isEmpty);
    return missing;
  }
}
