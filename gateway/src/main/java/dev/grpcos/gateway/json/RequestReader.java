package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonNull;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of one type from JSON values, by the rules of ProtoJSON.
 *
 * <p>It is stricter than {@code JsonFormat}, which accepts 5 as a string. It reads everything that
 * {@link ResponseWriter} writes: extensions as {@code [pkg.ext]}, an {@code Any} of an unknown type
 * as {@code {"@type":…,"@value":base64}}, and messages that have no JSON as {@code
 * {"@value":base64}}. A message whose JSON is not an object, such as a {@code Timestamp}, is read
 * in its special form and as {@code {"value":…}}, its form inside an {@code Any}. Errors name the
 * position, the path of the field, and the expected value. {@link EncodedFields} are read as the
 * messages that they hold, or from base64 in a string, unless the message's own form may be one.
 * Not thread-safe.
 *
 * @see <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a>
 */
public final class RequestReader {
  /**
   * The maximum nesting of messages, counting map entries, for which recursion is safe. Readers of
   * the wire format should permit the same depth.
   */
  public static final int MAX_NESTING = 300;

  private final Descriptor type;
  private final Types types;
  private final boolean allowUnknown;
  private final EncodedFields encoded;
  private final MessageShape.Cache shapes = new MessageShape.Cache();

  private final ReadPath path = new ReadPath();
  private final PackedReader packed;
  private int depth;

  /** The place of the current field or message among the encoded fields. */
  private EncodedFields place = EncodedFields.NONE;

  /** Creates a reader of messages. {@code types} resolves extensions and the contents of an Any. */
  public RequestReader(Descriptor type, Types types) {
    this(type, types, false, EncodedFields.NONE);
  }

  /**
   * Creates a reader that may ignore unknown fields.
   *
   * @param allowUnknown whether to ignore unknown fields and unknown enum values; otherwise they
   *     are errors
   */
  public RequestReader(Descriptor type, Types types, boolean allowUnknown) {
    this(type, types, allowUnknown, EncodedFields.NONE);
  }

  /**
   * Creates a reader of messages with fields that hold other messages.
   *
   * @param encoded the fields of each message that is read
   */
  public RequestReader(Descriptor type, Types types, boolean allowUnknown, EncodedFields encoded) {
    this.type = type;
    this.types = types;
    this.allowUnknown = allowUnknown;
    this.encoded = encoded;
    packed = new PackedReader(this, shapes, types, path);
  }

  /** Returns the text that a {@link JsonReader} adds if it expects an object: the message type. */
  public static String hint(Descriptor type) {
    return " for " + type.getFullName();
  }

  /**
   * Returns the next message of an input, or null at its end.
   *
   * @throws JsonException if the next value is not a message of this type
   */
  public @Nullable DynamicMessage next(JsonReader reader) {
    JsonValue value = shapes.of(type).kind().isValue() ? reader.nextValue() : reader.next();
    return value == null ? null : read(value);
  }

  /**
   * Returns the message for a value.
   *
   * @throws JsonException if the value is not a message of this type
   */
  public DynamicMessage read(JsonValue value) {
    path.clear();
    depth = 0;
    place = encoded;
    return value instanceof JsonObject object && isBoxed(object)
        ? packed.boxed(object, type)
        : message(value, type);
  }

  /** Returns whether the object contains the message in its member {@code value}. */
  private boolean isBoxed(JsonObject object) {
    WellKnown kind = shapes.of(type).kind();
    return kind.isValue()
        && object.member("value") != null
        && (kind != WellKnown.VALUE || object.members().size() == 1);
  }

  /** Returns the message for a value inside another message, or inside an Any. */
  DynamicMessage message(JsonValue value, Descriptor type) {
    descend(value);
    DynamicMessage message = nested(value, type);
    depth--;
    return message;
  }

  private void descend(JsonValue value) {
    if (depth > MAX_NESTING) {
      throw path.error(value, "messages nested more than " + MAX_NESTING + " deep");
    }
    depth++;
  }

  private DynamicMessage nested(JsonValue value, Descriptor type) {
    MessageShape shape = shapes.of(type);
    if (!shape.kind().hasOwnForm()) {
      return fields(object(value), shape, false);
    }
    if (shape.kind() == WellKnown.ANY) {
      place = EncodedFields.NONE;
      return packed.any(object(value), type);
    }
    if (shape.kind() == WellKnown.UNKNOWN) {
      return packed.unknown(object(value), type);
    }
    if (shape.kind().isString()
        && value instanceof JsonObject object
        && object.member("@value") != null) {
      return packed.unknown(object, type);
    }
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    switch (shape.kind()) {
      case TIMESTAMP, DURATION, FIELD_MASK -> {
        try {
          StringForms.read(shape.kind(), value, builder);
        } catch (Mismatch e) {
          throw path.error(value, e);
        }
      }
      case STRUCT -> map(builder, type.findFieldByNumber(1), value);
      case LIST_VALUE -> repeated(builder, type.findFieldByNumber(1), value);
      case VALUE -> {
        DynamicMessage escaped =
            value instanceof JsonObject object ? ValueEscape.read(type, object) : null;
        if (escaped != null) {
          return escaped;
        }
        FieldDescriptor field = type.findFieldByNumber(valueField(value));
        builder.setField(field, single(field, value));
      }
      default -> {
        FieldDescriptor field = type.findFieldByNumber(1);
        builder.setField(field, single(field, value));
      }
    }
    return builder.build();
  }

  /** Returns the number of the field of {@code google.protobuf.Value} for this kind of value. */
  private static int valueField(JsonValue value) {
    if (value instanceof JsonNull) {
      return 1;
    } else if (value instanceof JsonNumber) {
      return 2;
    } else if (value instanceof JsonString) {
      return 3;
    } else if (value instanceof JsonBoolean) {
      return 4;
    }
    return value instanceof JsonObject ? 5 : 6;
  }

  private JsonObject object(JsonValue value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw path.error(value, Mismatch.expected("an object", value));
  }

  /**
   * Returns the message whose fields are the members of an object.
   *
   * @param inAny whether the object is the form of an Any, with a member {@code @type}
   */
  DynamicMessage fields(JsonObject object, MessageShape shape, boolean inAny) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(shape.type());
    boolean[] seen = new boolean[shape.type().getFields().size()];
    EncodedFields outer = place;
    for (Member member : object.members()) {
      if (inAny && member.key().equals("@type")) {
        continue;
      }
      FieldDescriptor field = shape.names().field(member.key(), types);
      if (field == null && allowUnknown) {
        continue;
      }
      if (field == null) {
        throw path.error(member.at(), shape.names().unknown(member.key()));
      }
      int mark = path.enter(member.key());
      if (!field.isExtension()) {
        if (seen[field.getIndex()]) {
          throw path.error(member.at(), "given twice, by its JSON name and by its proto name");
        }
        seen[field.getIndex()] = true;
      }
      place = outer.inside(field);
      set(builder, field, member);
      path.leave(mark);
    }
    place = outer;
    for (FieldDescriptor field : shape.required()) {
      if (!builder.hasField(field)) {
        path.enter(shape.names().name(field));
        throw path.error(object, "required, but not given");
      }
    }
    // The reader has checked required fields, here and in messages inside, for errors with
    // positions.
    return builder.buildPartial();
  }

  private void set(DynamicMessage.Builder builder, FieldDescriptor field, Member member) {
    JsonValue value = member.value();
    if (value instanceof JsonNull && (field.isRepeated() || !takesNull(field))) {
      return;
    }
    if (field.isMapField()) {
      map(builder, field, value);
    } else if (field.isRepeated()) {
      repeated(builder, field, value);
    } else {
      var oneof = field.getContainingOneof();
      if (oneof != null && builder.hasOneof(oneof)) {
        FieldDescriptor other = builder.getOneofFieldDescriptor(oneof);
        throw path.error(
            member.at(),
            "only one of the oneof "
                + oneof.getName()
                + " can be given, and "
                + shapes.of(other.getContainingType()).names().name(other)
                + " is");
      }
      Object read = singleOrUnknown(field, value);
      if (read != null) {
        builder.setField(field, read);
      }
    }
  }

  private boolean takesNull(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> shapes.of(field.getMessageType()).kind() == WellKnown.VALUE;
      case ENUM -> WellKnown.isNullValue(field.getEnumType());
      default -> false;
    };
  }

  private Object single(FieldDescriptor field, JsonValue value) {
    if (field.getJavaType() == JavaType.MESSAGE) {
      return message(value, field.getMessageType());
    }
    Descriptor content = place.content();
    if (content != null && field.getJavaType() == JavaType.BYTE_STRING) {
      WellKnown kind = shapes.of(content).kind();
      if (kind.isValue() || !(value instanceof JsonString)) {
        return message(value, content).toByteString();
      }
    }
    try {
      return Scalars.read(field, value);
    } catch (Mismatch e) {
      throw path.error(value, e);
    }
  }

  /** Returns the value, or null for a permitted unknown enum value. */
  private @Nullable Object singleOrUnknown(FieldDescriptor field, JsonValue value) {
    if (!allowUnknown || field.getJavaType() != JavaType.ENUM) {
      return single(field, value);
    }
    try {
      return Scalars.read(field, value);
    } catch (Scalars.UnknownValue e) {
      return null;
    } catch (Mismatch e) {
      throw path.error(value, e);
    }
  }

  private void repeated(DynamicMessage.Builder builder, FieldDescriptor field, JsonValue value) {
    if (!(value instanceof JsonArray array)) {
      throw path.error(value, Mismatch.expected("an array", value));
    }
    boolean nullable = takesNull(field);
    int index = 0;
    for (JsonValue element : array.elements()) {
      int mark = path.enterElement(index++);
      if (!nullable && element instanceof JsonNull) {
        throw path.error(element, "an element cannot be null");
      }
      Object read = singleOrUnknown(field, element);
      if (read != null) {
        builder.addRepeatedField(field, read);
      }
      path.leave(mark);
    }
  }

  private void map(DynamicMessage.Builder builder, FieldDescriptor field, JsonValue value) {
    Descriptor entryType = field.getMessageType();
    FieldDescriptor keyField = entryType.findFieldByNumber(1);
    FieldDescriptor valueField = entryType.findFieldByNumber(2);
    boolean nullable = takesNull(valueField);
    Set<Object> keys = new HashSet<>();
    for (Member member : object(value).members()) {
      int mark = path.enterEntry(member.key());
      Object key;
      try {
        key = Scalars.key(keyField, new JsonString(member.at(), member.key()));
      } catch (Mismatch e) {
        throw path.error(member.at(), "not a key of this map: " + e.text());
      }
      if (!keys.add(key)) {
        throw path.error(member.at(), "the same key as one before it");
      }
      if (!nullable && member.value() instanceof JsonNull) {
        throw path.error(member.value(), "a map's value cannot be null");
      }
      descend(member.value());
      Object read = singleOrUnknown(valueField, member.value());
      depth--;
      if (read != null) {
        builder.addRepeatedField(
            field,
            DynamicMessage.newBuilder(entryType)
                .setField(keyField, key)
                .setField(valueField, read)
                .buildPartial());
      }
      path.leave(mark);
    }
  }
}
