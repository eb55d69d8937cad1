package dev.grpcos.gateway.schema;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProtoOrBuilder;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProtoOrBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Gives map entries the only names that protoc accepts: {@code LabelsXEntry} for a field {@code
 * labels_x}.
 *
 * @see <a href="https://github.com/fullstorydev/grpcurl/issues/519">grpcurl issue 519</a>
 */
final class MapEntries {
  private MapEntries() {}

  /** Returns whether a map entry in the message, or in a nested message, has another name. */
  static boolean haveInvalidNames(DescriptorProto message) {
    for (DescriptorProto nested : message.getNestedTypeList()) {
      if ((nested.getOptions().getMapEntry() && newName(message, nested) != null)
          || haveInvalidNames(nested)) {
        return true;
      }
    }
    return false;
  }

  /** Renames the map entries. */
  static void rename(DescriptorProto.Builder message, String outer) {
    String scope = outer + message.getName() + ".";
    for (DescriptorProto.Builder nested : message.getNestedTypeBuilderList()) {
      String name = nested.getOptions().getMapEntry() ? newName(message, nested) : null;
      if (name == null) {
        rename(nested, scope);
        continue;
      }
      for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
        if (isOf(field, nested)) {
          field.setTypeName("." + scope + name);
        }
      }
      nested.setName(name);
    }
  }

  /** Returns the correct name of the entry, or null if the entry or another declaration has it. */
  private static @Nullable String newName(
      DescriptorProtoOrBuilder message, DescriptorProtoOrBuilder entry) {
    for (FieldDescriptorProto field : message.getFieldList()) {
      if (isOf(field, entry)) {
        String name = name(field.getName());
        return message.getNestedTypeList().stream().anyMatch(one -> one.getName().equals(name))
            ? null
            : name;
      }
    }
    return null;
  }

  private static boolean isOf(FieldDescriptorProtoOrBuilder field, DescriptorProtoOrBuilder entry) {
    return field.getLabel() == Label.LABEL_REPEATED
        && (field.getTypeName().equals(entry.getName())
            || field.getTypeName().endsWith("." + entry.getName()));
  }

  private static String name(String field) {
    StringBuilder name = new StringBuilder();
    boolean capital = true;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '_') {
        capital = true;
      } else {
        name.append(capital && c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
        capital = false;
      }
    }
    return name.append("Entry").toString();
  }
}
