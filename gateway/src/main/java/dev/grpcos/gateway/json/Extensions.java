package dev.grpcos.gateway.json;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolves extensions in messages that were parsed without them, in which they are unknown fields.
 *
 * <p>The extensions of a type are looked up only when a message has unknown fields: with
 * reflection, each lookup is a request to the server.
 */
public final class Extensions {
  private Extensions() {}

  /** Returns the message with the extensions of the schema. Messages inside stay unchanged. */
  static Message named(Message message, Types types) {
    Descriptor type = message.getDescriptorForType();
    if (!type.isExtendable() || message.getUnknownFields().asMap().isEmpty()) {
      return message;
    }
    List<FieldDescriptor> found = new ArrayList<>();
    for (int number : message.getUnknownFields().asMap().keySet()) {
      FieldDescriptor extension =
          type.isExtensionNumber(number) ? types.extension(type, number) : null;
      if (extension != null) {
        found.add(extension);
      }
    }
    Message named = with(found, message);
    if (named == null) {
      // The bytes of at least one extension do not fit its type; it remains an unknown field.
      found.removeIf(extension -> with(List.of(extension), message) == null);
      named = with(found, message);
    }
    return named == null ? message : named;
  }

  /** Returns the message with extensions, or null if the bytes of one do not fit its type. */
  private static @Nullable Message with(List<FieldDescriptor> extensions, Message message) {
    if (extensions.isEmpty()) {
      return message;
    }
    ExtensionRegistry registry = ExtensionRegistry.newInstance();
    for (FieldDescriptor extension : extensions) {
      if (extension.getJavaType() == JavaType.MESSAGE) {
        registry.add(extension, DynamicMessage.getDefaultInstance(extension.getMessageType()));
      } else {
        registry.add(extension);
      }
    }
    try {
      CodedInputStream in = message.toByteString().newCodedInput();
      in.setRecursionLimit(RequestReader.MAX_NESTING);
      Message named =
          DynamicMessage.newBuilder(message.getDescriptorForType())
              .mergeFrom(in, registry)
              .buildPartial();
      for (FieldDescriptor extension : extensions) {
        if (!isInitialized(named, extension)) {
          return null;
        }
      }
      return named;
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean isInitialized(Message message, FieldDescriptor extension) {
    if (extension.getJavaType() != JavaType.MESSAGE) {
      return true;
    }
    return extension.isRepeated()
        ? ((List<?>) message.getField(extension))
            .stream().allMatch(value -> ((Message) value).isInitialized())
        : ((Message) message.getField(extension)).isInitialized();
  }

  /** Returns the message with the extensions of the schema, also in messages inside. */
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
