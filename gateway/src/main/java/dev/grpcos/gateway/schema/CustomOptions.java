package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ExtensionRange;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the custom options that a file sets: fields of options messages that this process does not
 * know.
 */
final class CustomOptions {
  private final Map<String, Set<Integer>> numbers = new TreeMap<>();

  private CustomOptions() {}

  /** Returns the field numbers, by the full name of the options message. */
  static Map<String, Set<Integer>> in(FileDescriptorProto file) {
    CustomOptions options = new CustomOptions();
    options.add(file.getOptions());
    file.getMessageTypeList().forEach(options::add);
    file.getEnumTypeList().forEach(options::add);
    options.addFields(file.getExtensionList());
    for (ServiceDescriptorProto service : file.getServiceList()) {
      options.add(service.getOptions());
      for (MethodDescriptorProto method : service.getMethodList()) {
        options.add(method.getOptions());
      }
    }
    return options.numbers;
  }

  private void add(DescriptorProto message) {
    add(message.getOptions());
    addFields(message.getFieldList());
    addFields(message.getExtensionList());
    for (OneofDescriptorProto oneof : message.getOneofDeclList()) {
      add(oneof.getOptions());
    }
    for (ExtensionRange range : message.getExtensionRangeList()) {
      add(range.getOptions());
    }
    message.getNestedTypeList().forEach(this::add);
    message.getEnumTypeList().forEach(this::add);
  }

  private void add(EnumDescriptorProto type) {
    add(type.getOptions());
    for (EnumValueDescriptorProto value : type.getValueList()) {
      add(value.getOptions());
    }
  }

  private void addFields(List<FieldDescriptorProto> fields) {
    fields.forEach(field -> add(field.getOptions()));
  }

  private void add(Message options) {
    Set<Integer> unknown = options.getUnknownFields().asMap().keySet();
    if (!unknown.isEmpty()) {
      numbers
          .computeIfAbsent(options.getDescriptorForType().getFullName(), name -> new TreeSet<>())
          .addAll(unknown);
    }
  }
}
