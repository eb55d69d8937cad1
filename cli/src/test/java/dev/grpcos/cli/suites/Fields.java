package dev.grpcos.cli.suites;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;

/**
 * Fields of a suite's messages by their names.
 *
 * @param message a message of any type
 */
record Fields(Message message) {
  private FieldDescriptor field(String name) {
    return message.getDescriptorForType().findFieldByName(name);
  }

  boolean has(String name) {
    FieldDescriptor field = field(name);
    return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
  }

  /** Returns the value of a field with a single value, or its default value. */
  <T> T get(String name, Class<T> type) {
    return type.cast(message.getField(field(name)));
  }

  String text(String name) {
    return get(name, String.class);
  }

  int number(String name) {
    return get(name, Integer.class);
  }

  /** Returns the name of an enum value. */
  String constant(String name) {
    return get(name, EnumValueDescriptor.class).getName();
  }

  Fields child(String name) {
    return new Fields(get(name, Message.class));
  }

  /** Returns the messages of a repeated field. */
  List<Fields> children(String name) {
    return ((List<?>) message.getField(field(name)))
        .stream().map(each -> new Fields((Message) each)).toList();
  }

  /** Returns the texts of a repeated field. */
  List<String> texts(String name) {
    return ((List<?>) message.getField(field(name))).stream().map(String.class::cast).toList();
  }
}
