package dev.grpcos.cli.grpcurl;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.output.PrintedTypes;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Reports the end of a command on standard error, and determines its exit code. */
public final class GrpcurlReport {
  private final GrpcurlErrors errors;

  public GrpcurlReport(Invocation invocation) {
    this.errors = new GrpcurlErrors(invocation.stderr());
  }

  /** Reports invalid arguments. */
  public int usage(CliException failure) {
    errors.usage(failure);
    return ExitCode.USAGE;
  }

  /** Prints the help. */
  public int help() {
    errors.print(GrpcurlHelp.text());
    return ExitCode.OK;
  }

  /** Prints the version. */
  public int version(String release) {
    errors.print("grpcurl of grpcos " + release + "\n");
    return ExitCode.OK;
  }

  /** Prints the warnings about arguments without an effect. */
  public void warnings(GrpcurlLine line) {
    line.warnings().forEach(errors::warning);
  }

  /**
   * Reports what ended the command.
   *
   * @return the exit code, or null if the exception is not an error for the caller
   */
  public @Nullable Integer failed(RuntimeException failure, GrpcurlLine line) {
    CliException reported = CliException.of(failure);
    if (reported instanceof CallFailedException call) {
      if (call.status().getCode() == Status.Code.UNIMPLEMENTED) {
        errors.failed(CliException.failure(call, "server does not support the reflection API"));
        return ExitCode.FAILURE;
      }
      return status(call, line);
    }
    if (reported != null) {
      errors.failed(reported);
      return ExitCode.FAILURE;
    }
    return null;
  }

  private int status(CallFailedException failure, GrpcurlLine line) {
    GrpcurlFormat format = GrpcurlFormat.of(line, new PrintedTypes(null), false);
    if (line.isOn(GrpcurlFlag.FORMAT_ERROR)) {
      errors.formatted(failure.status(), failure.trailers(), format);
    } else {
      errors.status(failure.status(), failure.trailers(), format);
    }
    return failure.exitCode();
  }
}
