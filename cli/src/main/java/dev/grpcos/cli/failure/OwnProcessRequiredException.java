package dev.grpcos.cli.failure;

/**
 * Says that a command can't be served by the resident: the launcher is to start a process for it.
 * Thrown before anything of the invocation was read or written.
 */
public final class OwnProcessRequiredException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public OwnProcessRequiredException(String reason) {
    super(reason, null, false, false);
  }
}
