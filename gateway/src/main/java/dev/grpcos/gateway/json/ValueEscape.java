package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The special form of {@code google.protobuf.Value} messages that have no JSON, for example NaN:
 * {@code {"@value":base64}}.
 *
 * <p>An ordinary object of a Value can look the same. An object is read as the special form only if
 * its bytes are a Value that needs the form. An ordinary object that would be read in this way
 * needs the form itself. So every Value reads back unchanged, and other objects with a key
 * {@code @value} remain ordinary objects.
 */
final class ValueEscape {
  static final String KEY = "@value";

  private ValueEscape() {}

  /** Returns whether JSON cannot express the value, or would be read as a different value. */
  static boolean isNeeded(Message value) {
    for (Map.Entry<FieldDescriptor, Object> field : value.getAllFields().entrySet()) {
      if (field.getValue() instanceof Double number) {
        return !Double.isFinite(number);
      }
      if (field.getValue() instanceof EnumValueDescriptor nullValue) {
        return nullValue.getNumber() != 0;
      }
      if (field.getKey().getNumber() == 5 && field.getValue() instanceof Message struct) {
        Message only = onlyEntry(struct, KEY);
        Object text = only == null ? null : only.getAllFields().get(stringField(only));
        return text instanceof String base64
            && decoded(value.getDescriptorForType(), new JsonString(NOWHERE, base64)) != null;
      }
    }
    return false;
  }

  /** Returns the value in an object of the special form, or null for any other object. */
  static @Nullable DynamicMessage read(Descriptor type, JsonObject object) {
    return object.members().size() == 1
            && object.members().get(0).key().equals(KEY)
            && object.members().get(0).value() instanceof JsonString base64
        ? decoded(type, base64)
        : null;
  }

  /** Returns whether the JSON of the value is an object with only this key. */
  static boolean hasOnlyKey(Message value, String key) {
    FieldDescriptor field = value.getDescriptorForType().findFieldByNumber(5);
    return value.hasField(field) && onlyEntry((Message) value.getField(field), key) != null;
  }

  private static final Position NOWHERE = Position.in("");

  private static FieldDescriptor stringField(Message value) {
    return value.getDescriptorForType().findFieldByNumber(3);
  }

  /** Returns the last value of a Struct's key, if all of its entries have this key. */
  private static @Nullable Message onlyEntry(Message struct, String key) {
    FieldDescriptor fields = struct.getDescriptorForType().findFieldByNumber(1);
    List<?> entries = (List<?>) struct.getField(fields);
    Message last = null;
    for (Object entry : entries) {
      Descriptor type = fields.getMessageType();
      if (!((Message) entry).getField(type.findFieldByNumber(1)).equals(key)) {
        return null;
      }
      last = (Message) ((Message) entry).getField(type.findFieldByNumber(2));
    }
    return last;
  }

  private static @Nullable DynamicMessage decoded(Descriptor type, JsonString base64) {
    try {
      DynamicMessage value = WireMessage.parse(type, Scalars.bytes(base64));
      return isNeeded(value) ? value : null;
    } catch (Mismatch | InvalidProtocolBufferException e) {
      return null; // an ordinary object
    }
  }
}
