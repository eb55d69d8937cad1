package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.grpcos.gateway.text.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What reading JSON needs to know of a message type, worked out once.
 *
 * @param kind whether the type has a JSON form of its own
 * @param fields by JSON name and by proto name; where one field's JSON name is another's proto
 *     name, the JSON name wins
 * @param required fields that must be given
 */
record MessageShape(
    Descriptor type,
    WellKnown kind,
    Map<String, FieldDescriptor> fields,
    List<FieldDescriptor> required) {
  /** A list longer than this helps nobody. */
  private static final int MAX_LISTED = 8;

  /** The shapes met so far. Not thread-safe. */
  static final class Cache {
    private final Map<Descriptor, MessageShape> shapes = new HashMap<>();

    MessageShape of(Descriptor type) {
      MessageShape shape = shapes.get(type);
      if (shape == null) {
        shape = MessageShape.of(type);
        shapes.put(type, shape);
      }
      return shape;
    }
  }

  static MessageShape of(Descriptor type) {
    Map<String, FieldDescriptor> fields = new HashMap<>();
    List<FieldDescriptor> required = new ArrayList<>();
    for (FieldDescriptor field : type.getFields()) {
      fields.put(field.getName(), field);
      if (field.isRequired()) {
        required.add(field);
      }
    }
    for (FieldDescriptor field : type.getFields()) {
      fields.put(field.getJsonName(), field);
    }
    return new MessageShape(type, WellKnown.of(type), fields, required);
  }

  /** The field, or the extension where the name is {@code [full.name]}; null for neither. */
  @Nullable FieldDescriptor field(String name, Types types) {
    FieldDescriptor field = fields.get(name);
    if (field == null && name.startsWith("[") && name.endsWith("]")) {
      field = types.extension(type, name.substring(1, name.length() - 1));
    }
    return field;
  }

  /** What to say of a name that {@link #field} does not know. */
  String unknown(String name) {
    if (name.startsWith("[") && name.endsWith("]")) {
      return "no extension " + Quote.text(name) + " of " + type.getFullName() + " in the schema";
    }
    List<String> names = type.getFields().stream().map(FieldDescriptor::getJsonName).toList();
    String hint = Nearest.hint(name, names);
    if (hint.isEmpty() && !names.isEmpty()) {
      boolean all = names.size() <= MAX_LISTED;
      hint =
          "; it has: "
              + String.join(", ", all ? names : names.subList(0, MAX_LISTED))
              + (all ? "" : ", …");
    }
    return "no field " + Quote.text(name) + " in " + type.getFullName() + hint;
  }
}
