package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.List;

/**
 * Makes numbers of fields whose enums are in files that nobody has: protobuf takes such an enum for
 * a closed one without values, and would hide each number as unknown. The bytes are the same.
 */
final class UnknownEnums {
  private UnknownEnums() {}

  /**
   * The file with such fields as numbers; the same file where it has none.
   *
   * @param linked what was made of the file
   */
  static FileDescriptorProto asNumbers(FileDescriptorProto file, FileDescriptor linked) {
    FileDescriptorProto.Builder result = file.toBuilder();
    replace(result.getExtensionBuilderList(), linked.getExtensions());
    replaceAll(result.getMessageTypeBuilderList(), linked.getMessageTypes());
    return result.build();
  }

  private static void replaceAll(List<DescriptorProto.Builder> messages, List<Descriptor> linked) {
    for (int i = 0; i < messages.size(); i++) {
      DescriptorProto.Builder message = messages.get(i);
      Descriptor type = linked.get(i);
      replace(message.getFieldBuilderList(), type.getFields());
      replace(message.getExtensionBuilderList(), type.getExtensions());
      replaceAll(message.getNestedTypeBuilderList(), type.getNestedTypes());
    }
  }

  private static void replace(
      List<FieldDescriptorProto.Builder> fields, List<FieldDescriptor> linked) {
    for (int i = 0; i < fields.size(); i++) {
      FieldDescriptor field = linked.get(i);
      if (field.getJavaType() == JavaType.ENUM && field.getEnumType().isPlaceholder()) {
        fields
            .get(i)
            .setType(FieldDescriptorProto.Type.TYPE_INT32)
            .clearTypeName()
            .clearDefaultValue(); // the name of a value
      }
    }
  }
}
