package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import org.jspecify.annotations.Nullable;

/** Finds types for the contents of an {@code Any} and for extensions. */
public interface Types {
  /** Returns the message with a full name, without a leading dot; null if the schema lacks it. */
  @Nullable Descriptor message(String fullName);

  /** Returns the extension of a message with a full name; null if the schema lacks it. */
  @Nullable FieldDescriptor extension(Descriptor containing, String fullName);

  /** Returns the extension of a message with a number; null if the schema lacks it. */
  @Nullable FieldDescriptor extension(Descriptor containing, int number);
}
