package dev.grpcos.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import org.jspecify.annotations.Nullable;

/** Finds types by name, as the JSON mapping needs them for {@code Any} and for extensions. */
public interface Types {
  /** The message of this full name, without a leading dot; null where no schema knows it. */
  @Nullable Descriptor message(String fullName);

  /** The extension of {@code containing} with this full name; null where no schema knows it. */
  @Nullable FieldDescriptor extension(Descriptor containing, String fullName);

  /** The extension of {@code containing} with this number; null where no schema knows it. */
  @Nullable FieldDescriptor extension(Descriptor containing, int number);
}
