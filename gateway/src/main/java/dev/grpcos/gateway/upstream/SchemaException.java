package dev.grpcos.gateway.upstream;

import org.jspecify.annotations.Nullable;

/** A schema that can't be had; the message says of what and why in one line. */
final class SchemaException extends Exception {
  private static final long serialVersionUID = 1;

  SchemaException(String message) {
    this(message, null);
  }

  SchemaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
