package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Replaces field types with numbers if their enums are in missing files. Protobuf treats such an
 * enum as closed and without values, and would hide each number as an unknown field. The bytes are
 * the same. A comment on the field names the enum.
 */
final class UnknownEnums {
  private final SourceCodeInfo.Builder source;
  private final Map<List<Integer>, Location.Builder> locations = new HashMap<>();

  private UnknownEnums(SourceCodeInfo source) {
    this.source = source.toBuilder();
    for (Location.Builder location : this.source.getLocationBuilderList()) {
      locations.put(location.getPathList(), location);
    }
  }

  /**
   * Returns the file with such fields as numbers. Returns the same file if there are none.
   *
   * @param linked the linked form of the file
   */
  static FileDescriptorProto asNumbers(FileDescriptorProto file, FileDescriptor linked) {
    FileDescriptorProto.Builder result = file.toBuilder();
    UnknownEnums enums = new UnknownEnums(file.getSourceCodeInfo());
    enums.replace(
        result.getExtensionBuilderList(),
        linked.getExtensions(),
        List.of(FileDescriptorProto.EXTENSION_FIELD_NUMBER));
    enums.replaceAll(
        result.getMessageTypeBuilderList(),
        linked.getMessageTypes(),
        List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER));
    return enums.source.getLocationCount() == 0
        ? file
        : result.setSourceCodeInfo(enums.source).build();
  }

  private void replaceAll(
      List<DescriptorProto.Builder> messages, List<Descriptor> linked, List<Integer> path) {
    for (int i = 0; i < messages.size(); i++) {
      DescriptorProto.Builder message = messages.get(i);
      Descriptor type = linked.get(i);
      replace(
          message.getFieldBuilderList(),
          type.getFields(),
          child(path, i, DescriptorProto.FIELD_FIELD_NUMBER));
      replace(
          message.getExtensionBuilderList(),
          type.getExtensions(),
          child(path, i, DescriptorProto.EXTENSION_FIELD_NUMBER));
      replaceAll(
          message.getNestedTypeBuilderList(),
          type.getNestedTypes(),
          child(path, i, DescriptorProto.NESTED_TYPE_FIELD_NUMBER));
    }
  }

  private void replace(
      List<FieldDescriptorProto.Builder> fields, List<FieldDescriptor> linked, List<Integer> path) {
    for (int i = 0; i < fields.size(); i++) {
      FieldDescriptor field = linked.get(i);
      if (field.getJavaType() == JavaType.ENUM && field.getEnumType().isPlaceholder()) {
        fields
            .get(i)
            .setType(FieldDescriptorProto.Type.TYPE_INT32)
            .clearTypeName()
            .clearDefaultValue(); // the default is the name of a value
        note(child(path, i), i, field.getEnumType().getFullName());
      }
    }
  }

  /** Adds the name of the enum as a comment after the field. */
  private void note(List<Integer> path, int index, String name) {
    String text = " enum " + name + ", which is missing\n";
    Location.Builder location = locations.get(path);
    if (location == null) {
      // The span keeps the order of fields if each of them has such an enum.
      location = source.addLocationBuilder().addAllPath(path).addAllSpan(List.of(index, 0, 1));
    }
    location.setTrailingComments(location.getTrailingComments() + text);
  }

  private static List<Integer> child(List<Integer> path, int... more) {
    return Stream.concat(path.stream(), Arrays.stream(more).boxed()).toList();
  }
}
