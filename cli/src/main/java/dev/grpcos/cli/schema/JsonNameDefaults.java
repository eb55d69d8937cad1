package dev.grpcos.cli.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;

/**
 * Adds the JSON names that protoc writes into descriptor sets. Servers whose descriptors are
 * generated code, such as those in Java, leave out the names that follow from the fields' names,
 * and some readers of descriptor sets do not derive them.
 */
public final class JsonNameDefaults {
  private JsonNameDefaults() {}

  /** Returns the file with a JSON name for each field of its messages. */
  public static FileDescriptorProto addTo(FileDescriptorProto file) {
    FileDescriptorProto.Builder named = file.toBuilder();
    named.getMessageTypeBuilderList().forEach(JsonNameDefaults::addTo);
    return named.build();
  }

  private static void addTo(DescriptorProto.Builder message) {
    for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
      if (!field.hasJsonName()) {
        field.setJsonName(lowerCamelCase(field.getName()));
      }
    }
    message.getNestedTypeBuilderList().forEach(JsonNameDefaults::addTo);
  }

  private static String lowerCamelCase(String name) {
    StringBuilder result = new StringBuilder(name.length());
    boolean capital = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '_') {
        result.append(capital && c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
      }
      capital = c == '_';
    }
    return result.toString();
  }
}
