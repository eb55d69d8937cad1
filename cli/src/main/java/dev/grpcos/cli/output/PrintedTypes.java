package dev.grpcos.cli.output;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.schema.CommonTypes;
import org.jspecify.annotations.Nullable;

/**
 * The types of what is printed: those of the schema, and the details of {@code google.rpc}, which
 * no server need describe. A schema that fails is one that does not know the type, because a
 * response that has come is printed whatever is in it.
 */
public final class PrintedTypes implements Types {
  private final @Nullable Types schema;

  /**
   * The types to print with.
   *
   * @param schema where to look first, or null where there is none
   */
  public PrintedTypes(@Nullable Types schema) {
    this.schema = schema;
  }

  @Override
  public @Nullable Descriptor message(String fullName) {
    Descriptor known = null;
    if (schema != null) {
      try {
        known = schema.message(fullName);
      } catch (CliException e) {
        known = null;
      }
    }
    return known == null ? CommonTypes.message(fullName) : known;
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, String fullName) {
    return schema == null ? null : schema.extension(containing, fullName);
  }

  @Override
  public @Nullable FieldDescriptor extension(Descriptor containing, int number) {
    try {
      return schema == null ? null : schema.extension(containing, number);
    } catch (CliException e) {
      return null;
    }
  }
}
