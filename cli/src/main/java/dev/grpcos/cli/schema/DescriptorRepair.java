package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts back what servers leave out of their files.
 *
 * <p>grpc-js hands out what protobufjs makes of its own objects: one file a package, without
 * imports, all of it as proto3, extensions once more as fields whose names begin with a dot, and
 * optional fields in oneofs that nothing marks.
 *
 * @see <a href="https://github.com/grpc/grpc-node/issues/2595">grpc-node issue 2595</a>
 */
final class DescriptorRepair {
  private final FileDescriptorProto.Builder file;
  private final SuppliedFiles files;
  private final Set<String> own;
  private final Set<String> imports;

  private DescriptorRepair(FileDescriptorProto file, SuppliedFiles files) {
    this.file = file.toBuilder();
    this.files = files;
    this.own = DeclaredNames.all(file).keySet();
    this.imports = new LinkedHashSet<>(file.getDependencyList());
  }

  /**
   * The file with what it lacks.
   *
   * @param files where types are found that it uses and does not import
   */
  static FileDescriptorProto repaired(FileDescriptorProto file, SuppliedFiles files) {
    DescriptorRepair repair = new DescriptorRepair(file, files);
    repair.file.getMessageTypeBuilderList().forEach(DescriptorRepair::dropExtensions);
    repair.correctSyntax();
    if (repair.file.getSyntax().equals("proto3")) {
      repair.file.getMessageTypeBuilderList().forEach(OptionalFields::mark);
    }
    repair.addImports();
    return repair.file.build();
  }

  /** An extension is there as such too, in the file that declares it. */
  private static void dropExtensions(DescriptorProto.Builder message) {
    List<FieldDescriptorProto> fields = message.getFieldList();
    message
        .clearField()
        .addAllField(fields.stream().filter(field -> !field.getName().startsWith(".")).toList());
    message.getNestedTypeBuilderList().forEach(DescriptorRepair::dropExtensions);
  }

  /** What only proto2 has makes the file one of proto2. */
  private void correctSyntax() {
    if (file.getSyntax().equals("proto3")
        && (file.getMessageTypeList().stream().anyMatch(DescriptorRepair::needsProto2)
            || file.getEnumTypeList().stream().anyMatch(DescriptorRepair::needsProto2))) {
      file.clearSyntax();
    }
  }

  private static boolean needsProto2(DescriptorProto message) {
    return message.getExtensionRangeCount() > 0
        || message.getFieldList().stream()
            .anyMatch(
                field ->
                    field.getType() == FieldDescriptorProto.Type.TYPE_GROUP
                        || field.getLabel() == FieldDescriptorProto.Label.LABEL_REQUIRED
                        || field.hasDefaultValue())
        || message.getNestedTypeList().stream().anyMatch(DescriptorRepair::needsProto2)
        || message.getEnumTypeList().stream().anyMatch(DescriptorRepair::needsProto2);
  }

  private static boolean needsProto2(EnumDescriptorProto type) {
    return type.getValueCount() > 0 && type.getValue(0).getNumber() != 0;
  }

  private void addImports() {
    String scope = file.getPackage().isEmpty() ? "" : file.getPackage() + ".";
    file.getMessageTypeList().forEach(message -> use(scope, message));
    use(scope, file.getExtensionList());
    for (ServiceDescriptorProto service : file.getServiceList()) {
      for (MethodDescriptorProto method : service.getMethodList()) {
        use(scope, method.getInputType());
        use(scope, method.getOutputType());
      }
    }
    file.clearDependency().addAllDependency(imports);
  }

  private void use(String outer, DescriptorProto message) {
    String scope = outer + message.getName() + ".";
    use(scope, message.getFieldList());
    use(scope, message.getExtensionList());
    message.getNestedTypeList().forEach(nested -> use(scope, nested));
  }

  private void use(String scope, Collection<FieldDescriptorProto> fields) {
    for (FieldDescriptorProto field : fields) {
      use(scope, field.getTypeName());
      use(scope, field.getExtendee());
    }
  }

  /** Imports the file of a type, whose name may be relative to the scope. */
  private void use(String scope, String name) {
    if (name.startsWith(".")) {
      found(name.substring(1));
      return;
    }
    String outer = scope;
    while (!name.isEmpty() && !found(outer + name) && !outer.isEmpty()) {
      outer = outer.substring(0, outer.lastIndexOf('.', outer.length() - 2) + 1);
    }
  }

  private boolean found(String fullName) {
    if (own.contains(fullName)) {
      return true;
    }
    FileDescriptorProto other = files.declaring(fullName);
    if (other == null || !DeclaredNames.all(other).containsKey(fullName)) {
      return false;
    }
    if (!other.getName().equals(file.getName())) {
      imports.add(other.getName());
    }
    return true;
  }
}
