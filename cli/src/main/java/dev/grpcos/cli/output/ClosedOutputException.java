package dev.grpcos.cli.output;

/** Standard output was closed by its reader, which ends a command silently and with success. */
public final class ClosedOutputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ClosedOutputException(Throwable cause) {
    super("standard output is closed", cause, false, false);
  }
}
