package dev.grpcos.gateway.openapi;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSON schemas of messages and enums, by their full names. A type is added when something
 * refers to it. Not thread-safe.
 *
 * @see <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a>
 */
final class OpenApiSchemas {
  private static final String PREFIX = "#/components/schemas/";
  private static final Set<String> WRAPPERS =
      Set.of(
          "BoolValue",
          "BytesValue",
          "DoubleValue",
          "FloatValue",
          "Int32Value",
          "Int64Value",
          "StringValue",
          "UInt32Value",
          "UInt64Value");

  private final DeclarationComments comments;
  private final TreeMap<String, JsonObject> schemas = new TreeMap<>();

  OpenApiSchemas(DeclarationComments comments) {
    this.comments = comments;
  }

  /** Returns all schemas so far, sorted by name. */
  JsonObject all() {
    JsonObject all = new JsonObject();
    schemas.forEach(all::add);
    return all;
  }

  /** Adds a schema that is not a message. */
  void put(String name, JsonObject schema) {
    schemas.put(name, schema);
  }

  static JsonObject reference(String name) {
    JsonObject reference = new JsonObject();
    reference.addProperty("$ref", PREFIX + name);
    return reference;
  }

  /** Returns the schema of a message, or a reference to it. */
  JsonObject message(Descriptor type) {
    String name = type.getFullName();
    JsonObject known = name.startsWith("google.protobuf.") ? wellKnown(type) : null;
    if (known != null) {
      return known;
    }
    if (!schemas.containsKey(name)) {
      JsonObject schema = new JsonObject();
      schemas.put(name, schema); // before its fields, which may refer to it
      schema.addProperty("type", "object");
      describe(schema, comments.of(type));
      JsonObject properties = new JsonObject();
      JsonArray required = new JsonArray();
      for (FieldDescriptor field : type.getFields()) {
        properties.add(field.getJsonName(), described(field));
        if (field.isRequired()) {
          required.add(field.getJsonName());
        }
      }
      if (properties.size() > 0) {
        schema.add("properties", properties);
      }
      if (!required.isEmpty()) {
        schema.add("required", required);
      }
    }
    return reference(name);
  }

  private JsonObject described(FieldDescriptor field) {
    JsonObject schema = field(field);
    describe(schema, comments.of(field));
    if (field.getOptions().getDeprecated()) {
      schema.addProperty("deprecated", true);
    }
    return schema;
  }

  /** Returns the schema of a field's value. */
  JsonObject field(FieldDescriptor field) {
    if (field.isMapField()) {
      JsonObject map = typed("object");
      map.add("additionalProperties", single(field.getMessageType().findFieldByNumber(2)));
      return map;
    }
    if (!field.isRepeated()) {
      return single(field);
    }
    JsonObject array = typed("array");
    array.add("items", single(field));
    return array;
  }

  private JsonObject single(FieldDescriptor field) {
    return switch (field.getType()) {
      case INT32, SINT32, SFIXED32 -> formatted("integer", "int32");
      case UINT32, FIXED32 -> {
        JsonObject schema = formatted("integer", "int64");
        schema.addProperty("minimum", 0);
        schema.addProperty("maximum", 0xffff_ffffL);
        yield schema;
      }
      case INT64, SINT64, SFIXED64 -> formatted("string", "int64");
      case UINT64, FIXED64 -> formatted("string", "uint64");
      case FLOAT -> floating("float");
      case DOUBLE -> floating("double");
      case BOOL -> typed("boolean");
      case STRING -> typed("string");
      case BYTES -> {
        JsonObject schema = typed("string");
        schema.addProperty("contentEncoding", "base64");
        yield schema;
      }
      case ENUM -> enumeration(field.getEnumType());
      case MESSAGE, GROUP -> message(field.getMessageType());
    };
  }

  private JsonObject enumeration(EnumDescriptor type) {
    if (type.getFullName().equals("google.protobuf.NullValue")) {
      return typed("null");
    }
    if (!schemas.containsKey(type.getFullName())) {
      JsonObject schema = typed("string");
      describe(schema, comments.of(type));
      JsonArray names = new JsonArray();
      for (EnumValueDescriptor value : type.getValues()) {
        names.add(value.getName());
      }
      schema.add("enum", names);
      schemas.put(type.getFullName(), schema);
    }
    return reference(type.getFullName());
  }

  /** Returns the schema of a type with a special JSON form, or null. */
  private @Nullable JsonObject wellKnown(Descriptor type) {
    String name = type.getName();
    if (WRAPPERS.contains(name)) {
      return single(type.findFieldByNumber(1));
    }
    return switch (name) {
      case "Timestamp" -> formatted("string", "date-time");
      case "Duration" -> patterned("^-?[0-9]+(\\.[0-9]+)?s$");
      case "FieldMask" -> typed("string");
      case "Struct" -> typed("object");
      case "ListValue" -> {
        JsonObject schema = typed("array");
        schema.add("items", new JsonObject());
        yield schema;
      }
      case "Value" -> new JsonObject();
      case "Any" -> {
        JsonObject properties = new JsonObject();
        properties.add("@type", typed("string"));
        JsonObject schema = typed("object");
        schema.add("properties", properties);
        yield schema;
      }
      default -> null;
    };
  }

  private static JsonObject floating(String format) {
    JsonObject special = new JsonObject();
    JsonArray names = new JsonArray();
    names.add("NaN");
    names.add("Infinity");
    names.add("-Infinity");
    special.add("enum", names);
    JsonArray either = new JsonArray();
    either.add(formatted("number", format));
    either.add(special);
    JsonObject schema = new JsonObject();
    schema.add("anyOf", either);
    return schema;
  }

  private static JsonObject patterned(String pattern) {
    JsonObject schema = typed("string");
    schema.addProperty("pattern", pattern);
    return schema;
  }

  private static JsonObject formatted(String type, String format) {
    JsonObject schema = typed(type);
    schema.addProperty("format", format);
    return schema;
  }

  static JsonObject typed(String type) {
    JsonObject schema = new JsonObject();
    schema.addProperty("type", type);
    return schema;
  }

  static void describe(JsonObject schema, String comment) {
    if (!comment.isEmpty()) {
      schema.addProperty("description", comment);
    }
  }
}
