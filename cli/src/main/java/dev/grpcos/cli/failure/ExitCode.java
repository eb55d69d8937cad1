package dev.grpcos.cli.failure;

/**
 * The exit codes of all commands; the exit code for a gRPC status is {@link #STATUS_BASE} plus its
 * code.
 */
public final class ExitCode {
  /** Every call ended with OK, or with a code that the caller expects. */
  public static final int OK = 0;

  /** A local failure: input or output, a broken descriptor. */
  public static final int FAILURE = 1;

  /** Usage or bad input: arguments, an unknown method or field, malformed JSON. */
  public static final int USAGE = 2;

  /** Added to the gRPC status code of the call, in every phase. */
  public static final int STATUS_BASE = 64;

  /** Added to the number of the signal that ended the command. */
  public static final int SIGNAL_BASE = 128;

  private ExitCode() {}
}
