package dev.grpcos.cli.failure;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Ends a command with a gRPC status, in whatever phase it came up: connecting, reflection, the call
 * itself. The exit code is {@link ExitCode#STATUS_BASE} plus the status code.
 */
public final class CallFailedException extends CliException {
  private static final long serialVersionUID = 1;

  private final transient Status status;
  private final transient @Nullable Metadata trailers;
  private final String subject;

  /**
   * A call that ended otherwise than with OK.
   *
   * @param subject what failed, named behind the message: a method or an address
   * @param trailers what came with the status, for its details; null where nothing came
   */
  public CallFailedException(Status status, @Nullable Metadata trailers, String subject) {
    super(
        ExitCode.STATUS_BASE + status.getCode().value(),
        String.valueOf(status.getDescription()),
        status.getCause());
    this.status = status;
    this.trailers = trailers;
    this.subject = subject;
  }

  public Status status() {
    return status;
  }

  public @Nullable Metadata trailers() {
    return trailers;
  }

  public String subject() {
    return subject;
  }
}
