package dev.grpcos.gateway.exec;

import io.grpc.Status;

/**
 * An error for output that violates the method's contract. The message continues a program's name.
 */
final class BadOutputException extends Exception {
  private static final long serialVersionUID = 1;

  private final Status.Code code;

  /** Creates an error for output that cannot be parsed. */
  BadOutputException(String message) {
    this(Status.Code.INTERNAL, message);
  }

  /** Creates an error for output that does not fit in memory. */
  static BadOutputException noMemory() {
    return exhausted(
        "printed more than the gateway has memory for; print less, or give the gateway more"
            + " memory");
  }

  private BadOutputException(Status.Code code, String message) {
    super(message);
    this.code = code;
  }

  /** Creates an error for output above a limit. */
  static BadOutputException exhausted(String message) {
    return new BadOutputException(Status.Code.RESOURCE_EXHAUSTED, message);
  }

  /** Returns the status of the call. */
  Status status(String program) {
    return code.toStatus().withDescription(program + " " + getMessage());
  }
}
