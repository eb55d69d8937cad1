package dev.grpcos.gateway;

import org.jspecify.annotations.Nullable;

/** A gateway that can't start; the message names the subject and the remedy in one line. */
public final class GatewayException extends Exception {
  private static final long serialVersionUID = 1;

  public GatewayException(String message) {
    this(message, null);
  }

  public GatewayException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
