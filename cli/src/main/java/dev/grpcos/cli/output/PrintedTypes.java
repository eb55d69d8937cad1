package dev.grpcos.cli.output;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.schema.CommonTypes;
import org.jspecify.annotations.Nullable;

/**
 * The types for printing messages: those of the schema, and those of {@code google.rpc}, which need
 * not be in it. A type whose look-up fails counts as unknown, so that every response can be
 * printed.
 */
public final class PrintedTypes implements Types {
  private final @Nullable Types schema;

  /**
   * Creates the types of a schema and the common ones.
   *
   * @param schema takes precedence; null for the common types alone
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
