package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes fields of a message that hold other messages, whose JSON is used instead of base64.
 *
 * <p>A field is named by its path from the message, such as {@code order.payload}. A path leads
 * through repeated fields and the values of maps, where it applies to each element, and through
 * bytes fields whose content was declared before. It does not lead into an {@code Any}, whose type
 * is known only from its content. Each object is a place on these paths. Complete before it is
 * used.
 */
public final class EncodedFields {
  /** No such fields. */
  public static final EncodedFields NONE = new EncodedFields();

  private final Map<FieldDescriptor, EncodedFields> fields = new HashMap<>();
  private @Nullable Descriptor content;
  private Runnable unreadable = () -> {};

  /**
   * Declares a field's content.
   *
   * @param at the declaration's place in messages
   * @param message the message where the path begins
   * @param types resolves extensions on the path, whose names are in brackets
   * @param content the message that the field holds
   * @param unreadable runs each time that a field's bytes are not such a message
   * @throws JsonException if the path is not that of a bytes field
   */
  public void add(
      Position at,
      Descriptor message,
      String path,
      Types types,
      Descriptor content,
      Runnable unreadable) {
    FieldPath names = new FieldPath(at, path);
    EncodedFields place = this;
    Descriptor inner = message;
    FieldDescriptor field;
    do {
      names.next();
      field = field(at, inner, names, types);
      place = place.fields.computeIfAbsent(field, unused -> new EncodedFields());
      inner = names.isAtEnd() ? inner : place.message(at, value(field), names.reached());
    } while (!names.isAtEnd());
    if (value(field).getJavaType() != JavaType.BYTE_STRING) {
      throw new JsonException(at, path + " is not a bytes field, so it cannot hold a message");
    }
    if (place.content != null) {
      throw new JsonException(at, path + " is given twice");
    }
    place.content = content;
    place.unreadable = unreadable;
  }

  private static FieldDescriptor field(
      Position at, Descriptor message, FieldPath names, Types types) {
    JsonNames known = JsonNames.of(message);
    FieldDescriptor field = known.field(names.name(), types);
    if (field == null) {
      throw new JsonException(at, known.unknown(names.name()));
    }
    if (names.index() >= 0) {
      throw new JsonException(
          at, names.reached() + " has an index: leave it out, as the path is that of each element");
    }
    return field;
  }

  /** Returns the message in a field, whose fields the rest of a path names. */
  private Descriptor message(Position at, FieldDescriptor value, String path) {
    Descriptor message = value.getJavaType() == JavaType.MESSAGE ? value.getMessageType() : content;
    if (message == null) {
      throw new JsonException(at, path + " is not a message, so it has no fields");
    }
    WellKnown kind = WellKnown.of(message);
    if (kind.hasOwnForm()) {
      throw new JsonException(at, path + " is written as a whole, as " + kind.form());
    }
    return message;
  }

  private static FieldDescriptor value(FieldDescriptor field) {
    return field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
  }

  /** Returns the place of a field of the message here. */
  public EncodedFields inside(FieldDescriptor field) {
    EncodedFields place = fields.get(field);
    return place == null ? NONE : place;
  }

  /** Returns the type of the message that the bytes here hold; null if they are just bytes. */
  public @Nullable Descriptor content() {
    return content;
  }

  /** Reports that the bytes here are not a message of the type. */
  void reportUnreadable() {
    unreadable.run();
  }
}
