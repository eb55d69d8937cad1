package dev.grpcos.gateway.replay;

/** Reports that a recording cannot be replayed, with the position and the problem. */
public final class RecordingException extends Exception {
  private static final long serialVersionUID = 1;

  RecordingException(String message) {
    super(message);
  }

  RecordingException(String message, Throwable cause) {
    super(message, cause);
  }
}
