package dev.grpcos.cli.grpcurl;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** The entries of a map field by their keys; of equal keys, the last entry counts. */
final class MapEntryOrder {
  private MapEntryOrder() {}

  static Collection<Message> sorted(FieldDescriptor keys, List<?> entries) {
    TreeMap<Object, Message> byKey = new TreeMap<>(order(keys));
    for (Object entry : entries) {
      Message message = (Message) entry;
      byKey.put(message.getField(keys), message);
    }
    return new ArrayList<>(byKey.values());
  }

  private static Comparator<Object> order(FieldDescriptor keys) {
    return switch (keys.getType()) {
      case UINT32, FIXED32 -> (a, b) -> Integer.compareUnsigned((Integer) a, (Integer) b);
      case UINT64, FIXED64 -> (a, b) -> Long.compareUnsigned((Long) a, (Long) b);
      case INT32, SINT32, SFIXED32 -> Comparator.comparingInt(key -> (Integer) key);
      case INT64, SINT64, SFIXED64 -> Comparator.comparingLong(key -> (Long) key);
      default -> Comparator.comparing(Object::toString);
    };
  }

  /** Returns a key as the text of a JSON member. */
  static String text(FieldDescriptor keys, Object key) {
    return switch (keys.getType()) {
      case UINT32, FIXED32 -> Integer.toUnsignedString((Integer) key);
      case UINT64, FIXED64 -> Long.toUnsignedString((Long) key);
      default -> key.toString();
    };
  }
}
