package dev.grpcos.gateway.json;

import static com.google.protobuf.Descriptors.FieldDescriptor.Type.BOOL;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.BYTES;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.DOUBLE;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.ENUM;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.FLOAT;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.INT32;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.INT64;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.MESSAGE;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.STRING;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.UINT32;
import static com.google.protobuf.Descriptors.FieldDescriptor.Type.UINT64;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The messages with a special JSON form: some messages of {@code google.protobuf}, and messages
 * whose file the schema lacks, which are written as bytes.
 *
 * <p>They are recognized by name and by the types of their fields, numbered from 1. Descriptors
 * come from servers: a {@code Timestamp} with other fields is an ordinary message.
 *
 * @see <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a>
 */
public enum WellKnown {
  NONE(""),
  UNKNOWN(""),
  EMPTY("Empty"),
  ANY("Any", STRING, BYTES),
  TIMESTAMP("Timestamp", INT64, INT32),
  DURATION("Duration", INT64, INT32),
  FIELD_MASK("FieldMask", STRING),
  STRUCT("Struct", MESSAGE),
  VALUE("Value", ENUM, DOUBLE, STRING, BOOL, MESSAGE, MESSAGE),
  LIST_VALUE("ListValue", MESSAGE),
  DOUBLE_VALUE("DoubleValue", DOUBLE),
  FLOAT_VALUE("FloatValue", FLOAT),
  INT64_VALUE("Int64Value", INT64),
  UINT64_VALUE("UInt64Value", UINT64),
  INT32_VALUE("Int32Value", INT32),
  UINT32_VALUE("UInt32Value", UINT32),
  BOOL_VALUE("BoolValue", BOOL),
  STRING_VALUE("StringValue", STRING),
  BYTES_VALUE("BytesValue", BYTES);

  private static final Map<String, WellKnown> BY_NAME =
      Stream.of(values())
          .filter(kind -> kind != NONE && kind != UNKNOWN)
          .collect(Collectors.toUnmodifiableMap(kind -> kind.fullName, Function.identity()));

  private final String fullName;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable, but its type does not show it
  private final List<FieldDescriptor.Type> types;

  WellKnown(String name, FieldDescriptor.Type... types) {
    this.fullName = "google.protobuf." + name;
    this.types = List.of(types);
  }

  /** Returns the kind of a message; {@link #NONE} if it has no special form. */
  public static WellKnown of(Descriptor type) {
    if (type.isPlaceholder()) {
      return UNKNOWN;
    }
    WellKnown kind = BY_NAME.getOrDefault(type.getFullName(), NONE);
    for (int i = 0; i < kind.types.size(); i++) {
      FieldDescriptor field = type.findFieldByNumber(i + 1);
      if (field == null
          || field.getType() != kind.types.get(i)
          || field.isRepeated() != (kind == FIELD_MASK || kind == STRUCT || kind == LIST_VALUE)
          || field.isMapField() != (kind == STRUCT)) {
        return NONE;
      }
    }
    return kind;
  }

  static boolean isNullValue(EnumDescriptor type) {
    return type.getFullName().equals("google.protobuf.NullValue");
  }

  /** Returns whether the JSON form is that of the only field, {@code value}. */
  public boolean isWrapper() {
    return compareTo(DOUBLE_VALUE) >= 0;
  }

  /** Returns whether the JSON form is a string for several fields. */
  public boolean isString() {
    return this == TIMESTAMP || this == DURATION || this == FIELD_MASK;
  }

  /** Returns whether the JSON form differs from an object of the message's fields. */
  public boolean hasOwnForm() {
    return this != NONE && this != EMPTY;
  }

  /** Returns whether the JSON form can be a value other than an object. */
  public boolean isValue() {
    return hasOwnForm() && this != ANY && this != STRUCT && this != UNKNOWN;
  }

  /** Returns the name of the JSON form for messages. */
  public String form() {
    return switch (this) {
      case TIMESTAMP -> "a timestamp such as \"2026-01-31T12:00:00Z\"";
      case DURATION -> "a duration in seconds such as \"1.5s\"";
      case FIELD_MASK -> "a field mask such as \"name,address.zipCode\"";
      case ANY -> "an object with \"@type\"";
      case UNKNOWN ->
          "an object with \"@value\", its bytes in base64, because the schema lacks its type";
      case LIST_VALUE -> "an array";
      case VALUE -> "any JSON value";
      case BYTES_VALUE -> "bytes in base64";
      case INT64_VALUE, INT32_VALUE -> "an " + wrapped();
      default -> isWrapper() ? "a " + wrapped() : "an object";
    };
  }

  private String wrapped() {
    return types.get(0).name().toLowerCase(Locale.ROOT);
  }
}
