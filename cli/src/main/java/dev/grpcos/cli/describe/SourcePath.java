package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of a declaration in its {@code FileDescriptorProto}: field numbers and indexes, as in
 * {@code SourceCodeInfo.Location.path}.
 */
record SourcePath(List<Integer> elements) {
  static final SourcePath FILE = new SourcePath(List.of());

  SourcePath {
    elements = List.copyOf(elements);
  }

  static SourcePath of(GenericDescriptor descriptor) {
    if (descriptor instanceof FileDescriptor) {
      return FILE;
    } else if (descriptor instanceof Descriptor message) {
      Descriptor outer = message.getContainingType();
      return in(
          outer,
          DescriptorProto.NESTED_TYPE_FIELD_NUMBER,
          FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER,
          message.getIndex());
    } else if (descriptor instanceof EnumDescriptor type) {
      return in(
          type.getContainingType(),
          DescriptorProto.ENUM_TYPE_FIELD_NUMBER,
          FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER,
          type.getIndex());
    } else if (descriptor instanceof FieldDescriptor field && field.isExtension()) {
      return in(
          field.getExtensionScope(),
          DescriptorProto.EXTENSION_FIELD_NUMBER,
          FileDescriptorProto.EXTENSION_FIELD_NUMBER,
          field.getIndex());
    } else if (descriptor instanceof FieldDescriptor field) {
      return of(field.getContainingType())
          .child(DescriptorProto.FIELD_FIELD_NUMBER, field.getIndex());
    } else if (descriptor instanceof OneofDescriptor oneof) {
      return of(oneof.getContainingType())
          .child(DescriptorProto.ONEOF_DECL_FIELD_NUMBER, oneof.getIndex());
    } else if (descriptor instanceof EnumValueDescriptor value) {
      return of(value.getType()).child(EnumDescriptorProto.VALUE_FIELD_NUMBER, value.getIndex());
    } else if (descriptor instanceof ServiceDescriptor service) {
      return FILE.child(FileDescriptorProto.SERVICE_FIELD_NUMBER, service.getIndex());
    } else if (descriptor instanceof MethodDescriptor method) {
      return of(method.getService())
          .child(ServiceDescriptorProto.METHOD_FIELD_NUMBER, method.getIndex());
    }
    throw new IllegalArgumentException("no declaration: " + descriptor.getClass());
  }

  private static SourcePath in(@Nullable Descriptor outer, int inMessage, int inFile, int index) {
    return outer == null ? FILE.child(inFile, index) : of(outer).child(inMessage, index);
  }

  SourcePath child(int... more) {
    List<Integer> result = new ArrayList<>(elements);
    for (int element : more) {
      result.add(element);
    }
    return new SourcePath(result);
  }
}
