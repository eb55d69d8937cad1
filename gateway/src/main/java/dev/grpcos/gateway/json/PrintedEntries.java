package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The entries of a map field that JSON has. */
final class PrintedEntries {
  private PrintedEntries() {}

  /** Returns the entries. If several have the same key, only the last remains. */
  static Collection<Message> distinct(
      List<?> entries, FieldDescriptor keyField, FieldDescriptor valueField) {
    Map<Object, Message> byKey = new LinkedHashMap<>();
    for (Object element : entries) {
      Message entry = (Message) element;
      if (!hasUnknownValue(entry, valueField)) {
        byKey.put(entry.getField(keyField), entry);
      }
    }
    return byKey.values();
  }

  /**
   * Returns whether the entry has an unknown value of a closed enum, which makes it an unknown
   * field.
   */
  private static boolean hasUnknownValue(Message entry, FieldDescriptor valueField) {
    return valueField.getJavaType() == JavaType.ENUM
        && !entry.hasField(valueField)
        && entry.getUnknownFields().hasField(valueField.getNumber());
  }

  /** Returns whether the values of the key's type are strings in JSON, in quotes. */
  static boolean hasQuotedKeys(FieldDescriptor key) {
    return key.getJavaType() == JavaType.STRING || key.getJavaType() == JavaType.LONG;
  }
}
