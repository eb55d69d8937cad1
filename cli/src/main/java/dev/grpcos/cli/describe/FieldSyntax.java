package dev.grpcos.cli.describe;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TextFormat.InvalidEscapeSequenceException;
import dev.grpcos.cli.describe.OptionReader.OptionValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The declaration of a field, from its label to its number. */
public final class FieldSyntax {
  private FieldSyntax() {}

  /** Returns a declaration such as {@code repeated .pkg.Type name = 1}. */
  public static String head(FieldDescriptor field) {
    Descriptor group = group(field);
    String declared =
        group == null
            ? type(field) + " " + field.getName()
            : "group " + group.getName(); // the field has this name in lower case
    return label(field) + declared + " = " + field.getNumber();
  }

  /**
   * Returns the type. Message types and enums begin with a dot, so that no scope can change their
   * meaning.
   */
  static String type(FieldDescriptor field) {
    Descriptor entry = mapEntry(field);
    if (entry != null) {
      return "map<"
          + type(entry.findFieldByNumber(1))
          + ", "
          + type(entry.findFieldByNumber(2))
          + ">";
    }
    return switch (declaredType(field)) {
      case TYPE_MESSAGE, TYPE_GROUP -> "." + field.getMessageType().getFullName();
      case TYPE_ENUM -> "." + field.getEnumType().getFullName();
      default -> scalar(field);
    };
  }

  static String scalar(FieldDescriptor field) {
    return declaredType(field).name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
  }

  /** Returns the type in the file: a linked field with delimited encoding has the type group. */
  static FieldDescriptorProto.Type declaredType(FieldDescriptor field) {
    FieldDescriptorProto proto = field.toProto();
    return proto.hasType() ? proto.getType() : field.getType().toProto();
  }

  private static String label(FieldDescriptor field) {
    FieldDescriptorProto proto = field.toProto();
    if (mapEntry(field) != null) {
      return "";
    } else if (proto.getLabel() == Label.LABEL_REPEATED) {
      return "repeated ";
    } else if (field.getRealContainingOneof() != null) {
      return "";
    }
    return switch (field.getFile().toProto().getSyntax()) {
      case "proto3" -> proto.getProto3Optional() ? "optional " : "";
      case "editions" -> "";
      default -> proto.getLabel() == Label.LABEL_REQUIRED ? "required " : "optional ";
    };
  }

  /** Returns the entry message of a map field; null for any other field. */
  public static @Nullable Descriptor mapEntry(FieldDescriptor field) {
    if (!field.isMapField()) {
      return null;
    }
    Descriptor entry = field.getMessageType();
    return entry.findFieldByNumber(1) == null || entry.findFieldByNumber(2) == null ? null : entry;
  }

  /** Returns the message that a proto2 group declares with its field; null for other fields. */
  public static @Nullable Descriptor group(FieldDescriptor field) {
    if (declaredType(field) != FieldDescriptorProto.Type.TYPE_GROUP
        || field.getFile().toProto().getSyntax().equals("editions")) {
      return null;
    }
    Descriptor scope = field.isExtension() ? field.getExtensionScope() : field.getContainingType();
    Descriptor type = field.getMessageType();
    return type.getFile() == field.getFile() && type.getContainingType() == scope ? type : null;
  }

  /** Returns the nested message that is written as part of the field, or null. */
  public static @Nullable Descriptor inlined(FieldDescriptor field) {
    Descriptor entry = mapEntry(field);
    return entry == null ? group(field) : entry;
  }

  /** Returns {@code default} and {@code json_name}, which are written like options. */
  static List<OptionValue> builtInOptions(FieldDescriptor field) {
    FieldDescriptorProto proto = field.toProto();
    List<OptionValue> result = new ArrayList<>();
    if (proto.hasDefaultValue()) {
      result.add(builtIn("default", defaultValue(proto)));
    }
    if (!field.isExtension()
        && proto.hasJsonName()
        && !proto.getJsonName().equals(defaultJsonName(proto.getName()))) {
      result.add(builtIn("json_name", Literals.quoted(proto.getJsonName())));
    }
    return result;
  }

  private static OptionValue builtIn(String name, String value) {
    return new OptionValue(-1, -1, name, value, List.of(value));
  }

  private static String defaultValue(FieldDescriptorProto proto) {
    String value = proto.getDefaultValue();
    if (proto.getType() == FieldDescriptorProto.Type.TYPE_STRING) {
      return Literals.quoted(value);
    } else if (proto.getType() == FieldDescriptorProto.Type.TYPE_BYTES) {
      try {
        return Literals.of(TextFormat.unescapeBytes(value), false);
      } catch (InvalidEscapeSequenceException e) {
        return Literals.quoted(value); // unreachable, because linking rejects such values
      }
    }
    return value;
  }

  /**
   * Returns protoc's JSON name: without underscores, and with the letter after each in upper case.
   */
  public static String defaultJsonName(String name) {
    StringBuilder result = new StringBuilder(name.length());
    boolean upper = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        result.append(upper && c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
        upper = false;
      }
    }
    return result.toString();
  }
}
