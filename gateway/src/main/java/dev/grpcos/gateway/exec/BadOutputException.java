package dev.grpcos.gateway.exec;

/** What a program wrote is not what its method promises; the message continues its name. */
final class BadOutputException extends Exception {
  private static final long serialVersionUID = 1;

  BadOutputException(String message) {
    super(message);
  }
}
