package dev.grpcos.cli.describe;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Orders the fields, extensions and messages of a scope so that protoc assigns each the index that
 * it has in its descriptor.
 *
 * <p>A map field or a group also declares a nested message, so the messages with lower indexes must
 * be written before the field. Otherwise fields come first, then messages, then extensions.
 */
final class DeclarationOrder {
  private final List<FieldDescriptor> extensions;
  private final List<Descriptor> messages;
  private final Map<Descriptor, FieldDescriptor> declaredByField = new HashMap<>();
  private final List<GenericDescriptor> result = new ArrayList<>();
  private int nextExtension;
  private int nextMessage;

  private DeclarationOrder(List<FieldDescriptor> extensions, List<Descriptor> messages) {
    this.extensions = extensions;
    this.messages = messages;
  }

  /** Returns the declarations; oneofs include their fields, and fields their maps and groups. */
  static List<GenericDescriptor> of(
      List<FieldDescriptor> fields, List<FieldDescriptor> extensions, List<Descriptor> messages) {
    DeclarationOrder order = new DeclarationOrder(extensions, messages);
    fields.forEach(order::remember);
    extensions.forEach(order::remember);
    order.addFields(fields);
    order.addMessagesBefore(messages.size());
    order.addExtensionsBefore(extensions.size());
    return order.result;
  }

  private void remember(FieldDescriptor field) {
    Descriptor message = FieldSyntax.inlined(field);
    if (message != null) {
      declaredByField.put(message, field);
    }
  }

  private void addFields(List<FieldDescriptor> fields) {
    Set<OneofDescriptor> done = new HashSet<>();
    for (FieldDescriptor field : fields) {
      OneofDescriptor oneof = field.getRealContainingOneof();
      if (oneof == null) {
        addMessagesOf(field);
        result.add(field);
      } else if (done.add(oneof)) {
        oneof.getFields().forEach(this::addMessagesOf);
        result.add(oneof);
      }
    }
  }

  private void addMessagesOf(FieldDescriptor field) {
    Descriptor message = FieldSyntax.inlined(field);
    if (message != null) {
      addMessagesBefore(message.getIndex());
    }
  }

  private void addMessagesBefore(int index) {
    while (nextMessage < index) {
      Descriptor message = messages.get(nextMessage++);
      FieldDescriptor field = declaredByField.get(message);
      if (field == null) {
        result.add(message);
      } else if (field.isExtension()) {
        addExtensionsBefore(field.getIndex() + 1);
      }
    }
  }

  private void addExtensionsBefore(int index) {
    while (nextExtension < index) {
      FieldDescriptor extension = extensions.get(nextExtension++);
      addMessagesOf(extension);
      result.add(extension);
    }
  }
}
