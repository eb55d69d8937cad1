package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.List;

/**
 * Corrects what is wrong in a file by itself.
 *
 * <p>grpc-js sends what protobufjs makes of its own objects: one file for a package, all of it as
 * proto3, extensions a second time as fields whose names begin with a dot, optional fields without
 * their mark, and map entries with names of its own.
 *
 * @see <a href="https://github.com/grpc/grpc-node/issues/2595">grpc-node issue 2595</a>
 */
final class FileRepair {
  private FileRepair() {}

  /** The corrected file; the same file where nothing is wrong, which is most often. */
  static FileDescriptorProto repaired(FileDescriptorProto file) {
    List<DescriptorProto> messages = file.getMessageTypeList();
    boolean extensions = messages.stream().anyMatch(FileRepair::hasExtensionFields);
    boolean proto2 = file.getSyntax().equals("proto3") && needsProto2(file);
    boolean optional = !proto2 && OptionalFields.areHidden(file);
    boolean entries = messages.stream().anyMatch(MapEntries::areOdd);
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

  /** The file that declares the extension has it as an extension too. */
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

  /** Whether the file has what only proto2 has. */
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
