package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The facts about a message type that reading and writing JSON needs, computed once.
 *
 * @param kind the special JSON form of the type, if any
 * @param required the required fields
 */
record MessageShape(
    Descriptor type, WellKnown kind, JsonNames names, List<FieldDescriptor> required) {
  /** The shapes computed so far. Not thread-safe. */
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
    return new MessageShape(
        type,
        WellKnown.of(type),
        JsonNames.of(type),
        type.getFields().stream().filter(FieldDescriptor::isRequired).toList());
  }

  /**
   * Returns whether the fields can be beside the {@code @type} of an Any. A field itself may have
   * the JSON name {@code @type} or {@code @value}.
   */
  boolean fitsAny() {
    return names.field("@type") == null && names.field("@value") == null;
  }
}
