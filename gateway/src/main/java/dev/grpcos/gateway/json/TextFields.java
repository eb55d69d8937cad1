package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.grpcos.gateway.json.JsonValue.JsonBoolean;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import java.util.List;

/**
 * Collects fields of a message that are given as text, such as the variables of a URL.
 *
 * <p>A name may be a path of JSON names or proto names, such as {@code a.b}. A repeated field may
 * be given several times. Text is read like the field's JSON string, so bytes are base64. Messages
 * must have a string form, such as a {@code Timestamp}, or be wrappers. Not thread-safe.
 */
public final class TextFields {
  private final Descriptor type;
  private final Types types;
  private final MessageShape.Cache shapes = new MessageShape.Cache();
  private final Draft root;

  /**
   * Creates an empty collection of fields of a message type.
   *
   * @param source the source of the fields, for messages
   */
  public TextFields(Descriptor type, Types types, String source) {
    this.type = type;
    this.types = types;
    this.root = new Draft(Position.in(source));
  }

  /**
   * Adds a field.
   *
   * @param input the name of the field's text in messages
   * @throws JsonException if there is no such field, or it has no text form
   */
  public void add(String input, String path, String text) {
    Position at = Position.in(input);
    Draft draft = root;
    Descriptor message = type;
    String[] names = path.split("\\.", -1);
    for (int i = 0; ; i++) {
      MessageShape shape = shapes.of(message);
      FieldDescriptor field = shape.names().field(names[i], types);
      if (field == null) {
        throw new JsonException(at, shape.names().unknown(names[i]));
      }
      String key = shape.names().name(field);
      if (i == names.length - 1) {
        JsonValue value = leaf(at, field, text);
        if (field.isRepeated()) {
          draft.append(at, key, path, List.of(value));
        } else {
          draft.put(at, key, path, value);
        }
        return;
      }
      if (!hasTextFields(field)) {
        throw new JsonException(at, names[i] + " has no fields that can be given as text");
      }
      draft = draft.child(at, key, path);
      message = field.getMessageType();
    }
  }

  /** Returns whether {@link #add} accepts text for a field, or for its elements. */
  public static boolean hasTextForm(FieldDescriptor field) {
    if (field.getJavaType() != JavaType.MESSAGE) {
      return true;
    }
    WellKnown kind = WellKnown.of(field.getMessageType());
    return !field.isMapField() && (kind.isWrapper() || kind.isString());
  }

  /**
   * Returns whether {@link #add} accepts text for fields of a field's message, by paths that begin
   * with the field's name.
   */
  public static boolean hasTextFields(FieldDescriptor field) {
    return !field.isRepeated()
        && field.getJavaType() == JavaType.MESSAGE
        && !WellKnown.of(field.getMessageType()).hasOwnForm();
  }

  private JsonValue leaf(Position at, FieldDescriptor field, String text) {
    if (!hasTextForm(field)) {
      throw new JsonException(at, field.getName() + " is a message, which has no text form");
    }
    FieldDescriptor scalar =
        field.getJavaType() == JavaType.MESSAGE && WellKnown.of(field.getMessageType()).isWrapper()
            ? field.getMessageType().findFieldByNumber(1)
            : field;
    if (scalar.getJavaType() == JavaType.BOOLEAN && (text.equals("true") || text.equals("false"))) {
      return new JsonBoolean(at, text.equals("true"));
    }
    if (scalar.getJavaType() == JavaType.ENUM && Scalars.isDecimal(text)) {
      return new JsonNumber(at, text);
    }
    return new JsonString(at, text);
  }

  /** Returns the fields as a JSON object. */
  public JsonObject toJson() {
    return root.toJson();
  }
}
