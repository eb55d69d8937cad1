package dev.grpcos.gateway.schema;

import org.jspecify.annotations.Nullable;

/** A schema that is not available; the message names it, and the reason. */
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
