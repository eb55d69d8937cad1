package dev.grpcos.gateway.schema;

import org.jspecify.annotations.Nullable;

/** An error about a schema that is not available. The message names the schema and the reason. */
public sealed class SchemaException extends Exception
    permits CompilationException, SourceException {
  private static final long serialVersionUID = 1;

  public SchemaException(String message) {
    this(message, null);
  }

  public SchemaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
