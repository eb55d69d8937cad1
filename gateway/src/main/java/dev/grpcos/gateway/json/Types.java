package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import org.jspecify.annotations.Nullable;

/** Finds types for the contents of an {@code Any} and for extensions. */
public interface Types {
  /** Returns the message with a full name, without a leading dot; null if the schema lacks it. */
  @Nullable Descriptor message(String fullName);

  /** Returns the extension of a message with a full name; null if the schema lacks it. */
  @Nullable FieldDescriptor extension(Descriptor containing, String fullName);

  /** Returns the extension of a message with a number; null if the schema lacks it. */
  @Nullable FieldDescriptor extension(Descriptor containing, int number);

  /** Returns the symbol if it is an extension of the message, or else null. */
  static @Nullable FieldDescriptor extensionOf(
      Descriptor containing, @Nullable GenericDescriptor symbol) {
    return symbol instanceof FieldDescriptor field
            && field.isExtension()
            && field.getContainingType().getFullName().equals(containing.getFullName())
        ? field
        : null;
  }
}
