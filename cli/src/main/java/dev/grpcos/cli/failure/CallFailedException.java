package dev.grpcos.cli.failure;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Ends a command with a gRPC status, from connecting, from reflection, or from the call itself. The
 * exit code is {@link ExitCode#STATUS_BASE} plus the status code.
 */
public final class CallFailedException extends CliException {
  private static final long serialVersionUID = 1;

  private final transient Status status;
  private final transient @Nullable Metadata trailers;
  private final String subject;
  private final String remedy;

  /**
   * Creates an exception for a call that ended with a status other than OK.
   *
   * @param subject the method or address that failed, named after the message
   * @param trailers the trailers of the status, for its details; null if there are none
   */
  public CallFailedException(Status status, @Nullable Metadata trailers, String subject) {
    this(status, trailers, subject, "");
  }

  /**
   * Creates an exception with a remedy, which follows the description of the status once its cause
   * has been explained.
   */
  public CallFailedException(
      Status status, @Nullable Metadata trailers, String subject, String remedy) {
    this(status, trailers, subject, remedy, status.getCause());
  }

  private CallFailedException(
      Status status,
      @Nullable Metadata trailers,
      String subject,
      String remedy,
      @Nullable Throwable cause) {
    super(
        ExitCode.STATUS_BASE + status.getCode().value(),
        String.valueOf(status.getDescription()),
        cause);
    this.status = status;
    this.trailers = trailers;
    this.subject = subject;
    this.remedy = remedy;
  }

  @Override
  public CallFailedException advising(String remedy) {
    String description = status.getDescription();
    return new CallFailedException(
        status.withDescription(description == null ? remedy : description + "; " + remedy),
        trailers,
        subject,
        this.remedy,
        this);
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

  /** Returns what the caller can do, or an empty text. */
  public String remedy() {
    return remedy;
  }
}
