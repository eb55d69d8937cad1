package dev.grpcos.gateway.exec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.schema.CommonTypes;
import org.jspecify.annotations.Nullable;

/** The types of a service's schema and of {@code google.rpc}. */
final class DetailTypes implements Types {
  private final @Nullable Types schema;

  DetailTypes() {
    this(null);
  }

  DetailTypes(@Nullable Types schema) {
    this.schema = schema;
  }

  @Override
  public @Nullable Descriptor message(String fullName) {
    Descriptor known = schema == null ? null : schema.message(fullName);
    return known == null ? CommonTypes.message(fullName) : known;
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    return schema == null ? null : schema.extension(containing, fullName);
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    return schema == null ? null : schema.extension(containing, number);
  }
}
