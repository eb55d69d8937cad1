package dev.grpcos.cli.describe;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.grpcos.gateway.json.JsonNames;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * A request as a JSON template: every field with a placeholder of its type, valid as input.
 *
 * <p>A oneof is represented by its first member. A message inside itself is {@code {}}, or omitted
 * if it has required fields. The same applies to messages deeper than {@value #MAX_DEPTH}, and to
 * fields after the first {@value #MAX_FIELDS}: types that use each other twice at each level would
 * otherwise grow without bound.
 */
public final class RequestTemplate {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_FIELDS = 10_000;

  private final JsonWriter json;
  private final boolean protoNames;
  private final Deque<String> path = new ArrayDeque<>();
  private int fields;

  private RequestTemplate(JsonWriter json, boolean protoNames) {
    this.json = json;
    this.protoNames = protoNames;
  }

  /**
   * Returns the template, indented, without a line feed at its end.
   *
   * @param protoNames whether fields have their names in the .proto file instead of lowerCamelCase
   */
  public static String of(Descriptor message, boolean protoNames) {
    StringWriter text = new StringWriter();
    JsonWriter json = new JsonWriter(text);
    json.setFormattingStyle(FormattingStyle.PRETTY);
    try {
      RequestTemplate template = new RequestTemplate(json, protoNames);
      template.writeMessage(message);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to a string", e);
    }
    return text.toString();
  }

  private void writeMessage(Descriptor message) throws IOException {
    if (writeWellKnown(message)) {
      return;
    }
    json.beginObject();
    if (!isCut(message)) {
      JsonNames names = JsonNames.of(message);
      path.push(message.getFullName());
      Set<OneofDescriptor> chosen = new HashSet<>();
      for (FieldDescriptor field : message.getFields()) {
        OneofDescriptor oneof = field.getRealContainingOneof();
        if (isWritable(field) && (oneof == null || chosen.add(oneof))) {
          fields++;
          json.name(protoNames ? names.protoName(field) : names.name(field));
          writeField(field);
        }
      }
      path.pop();
    }
    json.endObject();
  }

  private boolean isCut(Descriptor message) {
    return path.size() >= MAX_DEPTH || fields >= MAX_FIELDS || path.contains(message.getFullName());
  }

  /** Returns whether {@code {}} is valid for the field's message. */
  private boolean isWritable(FieldDescriptor field) {
    Descriptor entry = FieldSyntax.mapEntry(field);
    FieldDescriptor value = entry == null ? field : entry.findFieldByNumber(2);
    return fields < MAX_FIELDS
        && (value.getJavaType() != JavaType.MESSAGE
            || !isCut(value.getMessageType())
            || value.getMessageType().getFields().stream().noneMatch(FieldDescriptor::isRequired));
  }

  private void writeField(FieldDescriptor field) throws IOException {
    Descriptor entry = FieldSyntax.mapEntry(field);
    if (entry != null) {
      json.beginObject();
      json.name(mapKey(entry.findFieldByNumber(1)));
      writeValue(entry.findFieldByNumber(2));
      json.endObject();
    } else if (field.isRepeated()) {
      json.beginArray();
      writeValue(field);
      json.endArray();
    } else {
      writeValue(field);
    }
  }

  private void writeValue(FieldDescriptor field) throws IOException {
    switch (field.getJavaType()) {
      case MESSAGE -> writeMessage(field.getMessageType());
      case ENUM -> {
        EnumDescriptor type = field.getEnumType();
        if (type.getFullName().equals("google.protobuf.NullValue")) {
          json.nullValue();
        } else if (type.getValues().isEmpty()) {
          json.value(0); // its file is missing
        } else {
          json.value(type.getValue(0).getName());
        }
      }
      case BOOLEAN -> json.value(false);
      case INT, FLOAT, DOUBLE -> json.value(0);
      // Strings, because JSON numbers have 53 bits only.
      case LONG -> json.value("0");
      case STRING, BYTE_STRING -> json.value("");
    }
  }

  private static String mapKey(FieldDescriptor key) {
    return switch (key.getJavaType()) {
      case BOOLEAN -> "false";
      case INT, LONG -> "0";
      default -> "";
    };
  }

  /** Writes a message that has a special JSON form; returns false for any other message. */
  private boolean writeWellKnown(Descriptor message) throws IOException {
    if (message.isPlaceholder()) {
      json.beginObject().name("@value").value("").endObject(); // bytes: its file is missing
      return true;
    }
    switch (message.getFullName()) {
      case "google.protobuf.Any" ->
          json.beginObject()
              .name("@type")
              .value("type.googleapis.com/google.protobuf.Empty")
              .endObject();
      case "google.protobuf.Timestamp" -> json.value("1970-01-01T00:00:00Z");
      case "google.protobuf.Duration" -> json.value("0s");
      case "google.protobuf.FieldMask",
          "google.protobuf.StringValue",
          "google.protobuf.BytesValue" ->
          json.value("");
      case "google.protobuf.Struct" -> json.beginObject().endObject();
      case "google.protobuf.Value" -> json.nullValue();
      case "google.protobuf.ListValue" -> json.beginArray().endArray();
      case "google.protobuf.BoolValue" -> json.value(false);
      case "google.protobuf.Int64Value", "google.protobuf.UInt64Value" -> json.value("0");
      case "google.protobuf.Int32Value",
          "google.protobuf.UInt32Value",
          "google.protobuf.FloatValue",
          "google.protobuf.DoubleValue" ->
          json.value(0);
      default -> {
        return false;
      }
    }
    return true;
  }
}
