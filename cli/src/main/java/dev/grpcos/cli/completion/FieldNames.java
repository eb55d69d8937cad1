package dev.grpcos.cli.completion;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.grpcos.cli.CliException;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The {@code FIELD} arguments that a method's request takes, and the values of some. */
final class FieldNames {
  private final Descriptor request;
  private final List<String> given;

  /**
   * The fields of this method's request.
   *
   * @param given the arguments before; a field that takes one value is not offered again
   * @throws CliException if there is no such method
   */
  FieldNames(Schema schema, String method, List<String> given) {
    request = new MethodResolver(schema).method(method).getInputType();
    this.given = given;
  }

  /** Where a file's name begins in the argument, or -1 where none is meant. */
  static int fileAt(String word) {
    int at = word.indexOf('=') + 1;
    return at > 0 && word.startsWith("@", at) && !word.startsWith("@@", at) ? at + 1 : -1;
  }

  List<Candidate> names(String word) {
    int equals = word.indexOf('=');
    boolean json = equals > 0 && word.charAt(equals - 1) == ':';
    if (json) {
      return List.of();
    }
    String path = equals < 0 ? word : word.substring(0, equals);
    Descriptor message = request;
    int from = 0;
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', from)) {
      FieldDescriptor field = field(message, path.substring(from, dot));
      if (field == null || field.getJavaType() != JavaType.MESSAGE) {
        return List.of();
      }
      if (field.isMapField()) {
        // what follows is the caller's key
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        return equals < 0 ? List.of() : values(value, word, equals);
      }
      message = field.getMessageType();
      from = dot + 1;
    }
    if (equals < 0) {
      return fields(message, path.substring(0, from), path.substring(from));
    }
    FieldDescriptor field = field(message, path.substring(from));
    return field == null ? List.of() : values(field, word, equals);
  }

  private static @Nullable FieldDescriptor field(Descriptor message, String name) {
    return message.getFields().stream()
        .filter(field -> field.getJsonName().equals(name) || field.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  private List<Candidate> fields(Descriptor message, String prefix, String start) {
    List<Candidate> candidates = new ArrayList<>();
    for (FieldDescriptor field : message.getFields()) {
      String name = field.getJsonName().startsWith(start) ? field.getJsonName() : field.getName();
      if (name.startsWith(start) && !isGiven(field, prefix + name)) {
        candidates.add(Candidate.open(prefix + name + sign(field), type(field)));
      }
    }
    return candidates;
  }

  private boolean isGiven(FieldDescriptor field, String path) {
    return !field.isRepeated()
        && given.stream()
            .anyMatch(word -> word.startsWith(path + "=") || word.startsWith(path + ":="));
  }

  /** What stands between the field's name and what it is given. */
  private static String sign(FieldDescriptor field) {
    if (field.getJavaType() != JavaType.MESSAGE) {
      return "=";
    }
    if (field.isMapField()) {
      return ".";
    }
    return switch (field.getMessageType().getFullName()) {
      case "google.protobuf.Timestamp",
          "google.protobuf.Duration",
          "google.protobuf.FieldMask",
          "google.protobuf.BoolValue",
          "google.protobuf.BytesValue",
          "google.protobuf.DoubleValue",
          "google.protobuf.FloatValue",
          "google.protobuf.Int32Value",
          "google.protobuf.Int64Value",
          "google.protobuf.StringValue",
          "google.protobuf.UInt32Value",
          "google.protobuf.UInt64Value" ->
          "=";
      case "google.protobuf.Any",
          "google.protobuf.ListValue",
          "google.protobuf.Struct",
          "google.protobuf.Value" ->
          ":=";
      default -> field.isRepeated() ? ":=" : ".";
    };
  }

  private static List<Candidate> values(FieldDescriptor field, String word, int equals) {
    String prefix = word.substring(0, equals + 1);
    List<String> values =
        switch (field.getJavaType()) {
          case BOOLEAN -> List.of("true", "false");
          case ENUM ->
              field.getEnumType().getValues().stream().map(EnumValueDescriptor::getName).toList();
          default -> List.of();
        };
    return values.stream()
        .filter(value -> (prefix + value).startsWith(word))
        .map(value -> Candidate.word(prefix + value, ""))
        .toList();
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      return "map of " + type(field.getMessageType().findFieldByNumber(2));
    }
    String type =
        switch (field.getJavaType()) {
          case MESSAGE -> field.getMessageType().getName();
          case ENUM -> field.getEnumType().getName();
          default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    return field.isRepeated() ? "repeated " + type : type;
  }
}
