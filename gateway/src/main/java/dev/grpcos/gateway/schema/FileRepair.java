package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.List;

/**
 * Repairs errors inside a single file.
 *
 * <p>grpc-js sends the objects of protobufjs as descriptors: one file for each package, always as
 * proto3. Extensions appear a second time, as fields whose names begin with a dot. Optional fields
 * are not marked as optional, and map entries have unusual names.
 *
 * @see <a href="https://github.com/grpc/grpc-node/issues/2595">grpc-node issue 2595</a>
 */
final class FileRepair {
  private FileRepair() {}

  /**
   * Returns the repaired file. Returns the same file if nothing is wrong, which is the usual case.
   */
  static FileDescriptorProto repaired(FileDescriptorProto file) {
    List<DescriptorProto> messages = file.getMessageTypeList();
    boolean extensions = messages.stream().anyMatch(FileRepair::hasExtensionFields);
    boolean proto2 = file.getSyntax().equals("proto3") && needsProto2(file);
    boolean optional = !proto2 && OptionalFields.areUnmarked(file);
    boolean entries = messages.stream().anyMatch(MapEntries::haveInvalidNames);
    if (!extensions && !proto2 && !optional && !entries) {
      return file;
    }
    FileDescriptorProto.Builder result = file.toBuilder();
    String scope = Declarations.scope(file);
    for (DescriptorProto.Builder message : result.getMessageTypeBuilderList()) {
      if (extensions) {
        dropExtensionFields(message);
      }
      if (optional) {
        OptionalFields.mark(message);
      }
      if (entries) {
        MapEntries.rename(message, scope);
      }
    }
    if (proto2) {
      result.clearSyntax();
    }
    return result.build();
  }

  private static boolean hasExtensionFields(DescriptorProto message) {
    return message.getFieldList().stream().anyMatch(FileRepair::isExtensionField)
        || message.getNestedTypeList().stream().anyMatch(FileRepair::hasExtensionFields);
  }

  /**
   * Returns whether the field is the copy of an extension. The file also declares the extension
   * itself.
   */
  private static boolean isExtensionField(FieldDescriptorProto field) {
    return field.getName().startsWith(".");
  }

  private static void dropExtensionFields(DescriptorProto.Builder message) {
    List<FieldDescriptorProto> fields = message.getFieldList();
    message
        .clearField()
        .addAllField(fields.stream().filter(field -> !isExtensionField(field)).toList());
    message.getNestedTypeBuilderList().forEach(FileRepair::dropExtensionFields);
  }

  /** Returns whether the file uses a feature that only proto2 has. */
  private static boolean needsProto2(FileDescriptorProto file) {
    return file.getMessageTypeList().stream().anyMatch(FileRepair::needsProto2)
        || file.getEnumTypeList().stream().anyMatch(FileRepair::needsProto2);
  }

  private static boolean needsProto2(DescriptorProto message) {
    return message.getExtensionRangeCount() > 0
        || message.getFieldList().stream()
            .filter(field -> !isExtensionField(field))
            .anyMatch(
                field ->
                    field.getType() == FieldDescriptorProto.Type.TYPE_GROUP
                        || field.getLabel() == FieldDescriptorProto.Label.LABEL_REQUIRED
                        || field.hasDefaultValue())
        || message.getNestedTypeList().stream().anyMatch(FileRepair::needsProto2)
        || message.getEnumTypeList().stream().anyMatch(FileRepair::needsProto2);
  }

  private static boolean needsProto2(EnumDescriptorProto type) {
    return type.getValueCount() > 0 && type.getValue(0).getNumber() != 0;
  }
}
