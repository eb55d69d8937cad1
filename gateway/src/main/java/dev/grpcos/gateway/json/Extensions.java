package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.List;

/**
 * Names the extensions in messages whose parser knew none: there they are unknown fields.
 *
 * <p>Which extensions a schema has is not asked before one of them comes, because with reflection
 * that is a question to the server for each type.
 */
public final class Extensions {
  private Extensions() {}

  /** The message with the extensions that the schema knows, but not those in messages inside. */
  static Message named(Message message, Types types) {
    Descriptor type = message.getDescriptorForType();
    if (!type.isExtendable() || message.getUnknownFields().asMap().isEmpty()) {
      return message;
    }
    ExtensionRegistry registry = ExtensionRegistry.newInstance();
    boolean some = false;
    for (int number : message.getUnknownFields().asMap().keySet()) {
      FieldDescriptor extension =
          type.isExtensionNumber(number) ? types.extension(type, number) : null;
      if (extension == null) {
        continue;
      }
      some = true;
      if (extension.getJavaType() == JavaType.MESSAGE) {
        registry.add(extension, DynamicMessage.getDefaultInstance(extension.getMessageType()));
      } else {
        registry.add(extension);
      }
    }
    try {
      return some
          ? DynamicMessage.newBuilder(type)
              .mergeFrom(message.toByteString(), registry)
              .buildPartial()
          : message;
    } catch (InvalidProtocolBufferException e) {
      return message; // bytes that are no message of the extension's type
    }
  }

  /** The message with the extensions that the schema knows, in all messages inside too. */
  public static Message namedThroughout(Message message, Types types) {
    Message named = named(message, types);
    Message.Builder changed = null;
    for (FieldDescriptor field : List.copyOf(named.getAllFields().keySet())) {
      if (field.getJavaType() != JavaType.MESSAGE) {
        continue;
      }
      int count = field.isRepeated() ? named.getRepeatedFieldCount(field) : 1;
      for (int i = 0; i < count; i++) {
        Object inside =
            field.isRepeated() ? named.getRepeatedField(field, i) : named.getField(field);
        Message now = namedThroughout((Message) inside, types);
        if (now == inside) {
          continue;
        }
        if (changed == null) {
          changed = named.toBuilder();
        }
        if (field.isRepeated()) {
          changed.setRepeatedField(field, i, now);
        } else {
          changed.setField(field, now);
        }
      }
    }
    return changed == null ? named : changed.buildPartial();
  }
}
