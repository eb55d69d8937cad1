package dev.grpcos.cli.failure;

/**
 * Reports that the resident cannot run a command, so the launcher must start a process for it.
 * Thrown before the invocation reads any input or writes any output.
 */
public final class OwnProcessRequiredException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public OwnProcessRequiredException(String reason) {
    super(reason, null, false, false);
  }
}
