package dev.grpcos.cli.failure;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.grpcos.gateway.json.JsonException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Ends a command with a message for its user and an exit code.
 *
 * <p>The message names the subject and the remedy in one line; it is printed on standard error
 * after {@code grpcos: }. Calls that end with a gRPC status have a separate exception, see {@link
 * CallFailedException}.
 */
public class CliException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;
  private final String excerpt;

  protected CliException(int exitCode, String message, @Nullable Throwable cause) {
    this(exitCode, message, "", cause);
  }

  private CliException(int exitCode, String message, String excerpt, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
    this.excerpt = excerpt;
  }

  /** Creates an error for bad arguments or bad input, which the caller can correct. Exit code 2. */
  @FormatMethod
  public static CliException usage(@FormatString String message, @Nullable Object... arguments) {
    return new CliException(ExitCode.USAGE, String.format(message, arguments), null);
  }

  /** Creates an error for bad input, with a text of several lines that explains it. Exit code 2. */
  @FormatMethod
  public static CliException usageWithExcerpt(
      String excerpt, @FormatString String message, @Nullable Object... arguments) {
    return new CliException(ExitCode.USAGE, String.format(message, arguments), excerpt, null);
  }

  /** Creates an error for a request that cannot be fulfilled here. Exit code 1. */
  @FormatMethod
  public static CliException refused(@FormatString String message, @Nullable Object... arguments) {
    return new CliException(ExitCode.FAILURE, String.format(message, arguments), null);
  }

  /** Creates an error for a local failure such as an unreadable file. Exit code 1. */
  @FormatMethod
  public static CliException failure(
      Throwable cause, @FormatString String message, @Nullable Object... arguments) {
    return new CliException(ExitCode.FAILURE, String.format(message, arguments), cause);
  }

  /** Returns the exception that reports invalid input to the user; null for any other exception. */
  public static @Nullable CliException of(RuntimeException failure) {
    if (failure instanceof CliException cliException) {
      return cliException;
    } else if (failure instanceof JsonException) {
      return new CliException(ExitCode.USAGE, message(failure), failure);
    } else if (failure instanceof UncheckedIOException) {
      return new CliException(ExitCode.FAILURE, message(failure), failure);
    }
    return null;
  }

  private static String message(RuntimeException failure) {
    return String.valueOf(failure.getMessage());
  }

  /** Creates an error for a local failure without a cause. Exit code 1. */
  @FormatMethod
  public static CliException failure(@FormatString String message, @Nullable Object... arguments) {
    return new CliException(ExitCode.FAILURE, String.format(message, arguments), null);
  }

  /**
   * Creates an error for a local failure, with a text of several lines such as a log. Exit code 1.
   */
  @FormatMethod
  public static CliException failureWithExcerpt(
      String excerpt, @FormatString String message, @Nullable Object... arguments) {
    return new CliException(ExitCode.FAILURE, String.format(message, arguments), excerpt, null);
  }

  /** Returns the exception with another remedy at the end of its message. */
  public CliException advising(String remedy) {
    return new CliException(exitCode, getMessage() + "; " + remedy, excerpt, this);
  }

  public final int exitCode() {
    return exitCode;
  }

  /** Returns lines to print after the message; usually empty. */
  public final String excerpt() {
    return excerpt;
  }
}
