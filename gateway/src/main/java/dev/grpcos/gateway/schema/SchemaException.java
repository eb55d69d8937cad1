package dev.grpcos.gateway.schema;

import org.jspecify.annotations.Nullable;

/** A schema that can't be had; the message says of what and why. */
public final class SchemaException extends Exception {
  private static final long serialVersionUID = 1;

  public SchemaException(String message) {
    this(message, null);
  }

  public SchemaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
