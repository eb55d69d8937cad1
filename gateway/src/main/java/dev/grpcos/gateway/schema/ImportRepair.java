package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Repairs the references of a file to other files: adds imports for used types, drops missing
 * imports that are not needed, and makes type names absolute, as protoc does.
 */
final class ImportRepair {
  private final FileTable table;
  private final FileDescriptorProto file;
  private final Map<String, FieldDescriptorProto.Type> own;
  private final List<String> missingImports = new ArrayList<>();
  private final Map<TypeReference, String> resolved = new HashMap<>();
  private final Set<String> added = new LinkedHashSet<>();
  private final List<String> missingTypes = new ArrayList<>();
  private boolean missingOptions;
  private boolean relative;
  private @Nullable Set<String> visible;

  private ImportRepair(FileDescriptorProto file, FileTable table) {
    this.file = file;
    this.table = table;
    this.own = Declarations.types(file);
  }

  /**
   * A file with correct references.
   *
   * @param missingImports imports that the file needs, or may need, and that the table lacks
   * @param missingTypes types that the file uses and no file in the table declares
   */
  record RepairedImports(
      FileDescriptorProto file, List<String> missingImports, List<String> missingTypes) {}

  /** Repairs the file with the help of the table. */
  static RepairedImports repaired(FileDescriptorProto file, FileTable table) {
    ImportRepair repair = new ImportRepair(file, table);
    repair.findImports();
    repair.resolve();
    if (!repair.missingImports.isEmpty()) {
      repair.findOptions();
    }
    return repair.result();
  }

  /** Uses common files for missing ones, unless another file has the same declarations. */
  private void findImports() {
    for (String name : FileNeeds.imports(file, table)) {
      FileDescriptorProto common = CommonFiles.find(name);
      if (common == null
          || Declarations.top(common).stream().anyMatch(top -> table.declaring(top) != null)) {
        missingImports.add(name);
      } else {
        table.add(DescriptorFile.of(common));
      }
    }
  }

  private void resolve() {
    for (TypeReference reference : TypeReference.in(file)) {
      String name = null;
      for (String candidate : reference.candidates()) {
        if (name == null && isDeclared(candidate)) {
          name = candidate;
        }
      }
      if (name == null) {
        missingTypes.add(reference.absent());
        continue;
      }
      resolved.put(reference, name);
      relative |= !reference.name().startsWith(".");
      if (!own.containsKey(name)) {
        requireImport(name);
      }
    }
  }

  private boolean isDeclared(String type) {
    if (own.containsKey(type) || table.declaringType(type) != null) {
      return true;
    }
    FileDescriptorProto common = CommonFiles.declaring(type);
    return common != null
        && table.add(DescriptorFile.of(common))
        && table.declaringType(type) != null;
  }

  private void requireImport(String type) {
    String declaring = table.declaringType(type);
    if (declaring == null || file.getDependencyList().contains(declaring)) {
      return;
    }
    if (visible().stream().noneMatch(name -> table.types(name).containsKey(type))) {
      added.add(declaring);
    }
  }

  /** Returns the files that the imports make visible: the imports, and their public imports. */
  private Set<String> visible() {
    if (visible == null) {
      visible = new HashSet<>();
      Deque<String> next = new ArrayDeque<>(file.getDependencyList());
      while (!next.isEmpty()) {
        String name = next.remove();
        FileDescriptorProto imported = visible.add(name) ? table.get(name) : null;
        if (imported != null) {
          for (int index : imported.getPublicDependencyList()) {
            if (index >= 0 && index < imported.getDependencyCount()) {
              next.add(imported.getDependency(index));
            }
          }
        }
      }
    }
    return visible;
  }

  /**
   * Adds imports for custom options. A missing import may have declared one that another file has.
   */
  private void findOptions() {
    missingOptions = !FileNeeds.options(file, table).isEmpty();
    CustomOptions.in(file)
        .forEach(
            (type, numbers) -> {
              for (int number : numbers) {
                FileDescriptorProto declaring = table.extensions(type).get(number);
                if (declaring != null
                    && !declaring.getName().equals(file.getName())
                    && !visible().contains(declaring.getName())) {
                  added.add(declaring.getName());
                }
              }
            });
  }

  private RepairedImports result() {
    List<String> kept = missingOptions || !missingTypes.isEmpty() ? missingImports : List.of();
    Set<String> dropped = new HashSet<>(missingImports);
    dropped.removeAll(kept);
    if (file.getDependencyList().contains(file.getName())) {
      dropped.add(file.getName());
    }
    if (added.isEmpty() && !relative && dropped.isEmpty() && hasTypes()) {
      return new RepairedImports(file, kept, missingTypes);
    }
    FileDescriptorProto.Builder result = file.toBuilder();
    setImports(result, dropped);
    String scope = Declarations.scope(file);
    result.getMessageTypeBuilderList().forEach(message -> setNames(scope, message));
    setNames(scope, result.getExtensionBuilderList());
    for (ServiceDescriptorProto.Builder service : result.getServiceBuilderList()) {
      for (MethodDescriptorProto.Builder method : service.getMethodBuilderList()) {
        method.setInputType(absolute(scope, method.getInputType()));
        method.setOutputType(absolute(scope, method.getOutputType()));
      }
    }
    return new RepairedImports(result.build(), kept, missingTypes);
  }

  private void setImports(FileDescriptorProto.Builder result, Set<String> dropped) {
    List<String> before = List.copyOf(file.getDependencyList());
    result.clearDependency().clearPublicDependency().clearWeakDependency();
    for (int i = 0; i < before.size(); i++) {
      if (!dropped.contains(before.get(i))) {
        if (file.getPublicDependencyList().contains(i)) {
          result.addPublicDependency(result.getDependencyCount());
        }
        if (file.getWeakDependencyList().contains(i)) {
          result.addWeakDependency(result.getDependencyCount());
        }
        result.addDependency(before.get(i));
      }
    }
    result.addAllDependency(added);
    List<String> options = List.copyOf(file.getOptionDependencyList());
    result
        .clearOptionDependency()
        .addAllOptionDependency(options.stream().filter(name -> !dropped.contains(name)).toList());
  }

  private void setNames(String outer, DescriptorProto.Builder message) {
    String scope = outer + message.getName() + ".";
    setNames(scope, message.getFieldBuilderList());
    setNames(scope, message.getExtensionBuilderList());
    message.getNestedTypeBuilderList().forEach(nested -> setNames(scope, nested));
  }

  private void setNames(String scope, List<FieldDescriptorProto.Builder> fields) {
    for (FieldDescriptorProto.Builder field : fields) {
      if (field.hasTypeName()) {
        FieldDescriptorProto.Type type = field.hasType() ? null : type(scope, field.getTypeName());
        if (type != null) {
          field.setType(type);
        }
        field.setTypeName(absolute(scope, field.getTypeName()));
      }
      if (field.hasExtendee()) {
        field.setExtendee(absolute(scope, field.getExtendee()));
      }
    }
  }

  private String absolute(String scope, String name) {
    String known = resolved.get(reference(scope, name));
    return known == null ? name : "." + known;
  }

  private FieldDescriptorProto.@Nullable Type type(String scope, String name) {
    String known = resolved.get(reference(scope, name));
    String declaring = known == null ? null : table.declaringType(known);
    return known == null
        ? null
        : own.containsKey(known)
            ? own.get(known)
            : declaring == null ? null : table.types(declaring).get(known);
  }

  private static TypeReference reference(String scope, String name) {
    return new TypeReference(name.startsWith(".") ? "" : scope, name);
  }

  /**
   * Returns whether every field has a type. Protobuf permits fields with only a type name, Go does
   * not.
   */
  private boolean hasTypes() {
    return file.getExtensionList().stream().allMatch(ImportRepair::hasType)
        && file.getMessageTypeList().stream().allMatch(ImportRepair::hasTypes);
  }

  private static boolean hasTypes(DescriptorProto message) {
    return message.getFieldList().stream().allMatch(ImportRepair::hasType)
        && message.getExtensionList().stream().allMatch(ImportRepair::hasType)
        && message.getNestedTypeList().stream().allMatch(ImportRepair::hasTypes);
  }

  private static boolean hasType(FieldDescriptorProto field) {
    return field.hasType() || !field.hasTypeName();
  }
}
