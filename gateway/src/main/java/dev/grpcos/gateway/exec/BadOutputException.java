package dev.grpcos.gateway.exec;

import io.grpc.Status;

/** Reports output that is not what the method promises. The message continues a program's name. */
final class BadOutputException extends Exception {
  private static final long serialVersionUID = 1;

  private final Status.Code code;

  /** Output that cannot be understood. */
  BadOutputException(String message) {
    this(Status.Code.INTERNAL, message);
  }

  /** Output that there is no memory for. */
  static BadOutputException noMemory() {
    return exhausted(
        "printed more than the gateway has memory for; print less, or give the gateway more"
            + " memory");
  }

  private BadOutputException(Status.Code code, String message) {
    super(message);
    this.code = code;
  }

  /** Output above a limit. */
  static BadOutputException exhausted(String message) {
    return new BadOutputException(Status.Code.RESOURCE_EXHAUSTED, message);
  }

  /** The status of the call. */
  Status status(String program) {
    return code.toStatus().withDescription(program + " " + getMessage());
  }
}
