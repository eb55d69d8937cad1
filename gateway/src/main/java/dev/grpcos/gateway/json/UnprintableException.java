package dev.grpcos.gateway.json;

/** A message that has no form in JSON; the message names its type, the field and the reason. */
public final class UnprintableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnprintableException(String message) {
    super(message);
  }
}
