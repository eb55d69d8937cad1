package dev.grpcos.cli.output;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.text.PrintableText;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reports errors on standard error: one line that begins with {@code grpcos: }, followed by a line
 * of JSON for each detail of a status, or by the lines of an excerpt; or, as JSON, everything in a
 * {@code google.rpc.Status}.
 *
 * <p>As JSON, a local error has the detail {@code google.rpc.ErrorInfo} with the domain {@code
 * grpcos}: INVALID_ARGUMENT with the reason USAGE for an error of the caller (exit code 2),
 * otherwise UNKNOWN with LOCAL_FAILURE (1).
 */
public final class ErrorOutput {
  private final OutputStream stream;
  private final ErrorFormat format;

  public ErrorOutput(OutputStream stream, ErrorFormat format) {
    this.stream = stream;
    this.format = format;
  }

  /** Reports the error that ended a command. */
  public void failed(CliException failure) {
    if (failure instanceof CallFailedException call) {
      status(call.status(), call.trailers(), call.subject(), new PrintedTypes(null));
    } else if (format == ErrorFormat.JSON) {
      boolean usage = failure.exitCode() == ExitCode.USAGE;
      json(
          usage ? Status.Code.INVALID_ARGUMENT : Status.Code.UNKNOWN,
          failure.getMessage(),
          List.of(
              Any.pack(
                  ErrorInfo.newBuilder()
                      .setReason(usage ? "USAGE" : "LOCAL_FAILURE")
                      .setDomain("grpcos")
                      .build())),
          new PrintedTypes(null));
    } else {
      line("grpcos: " + PrintableText.line(String.valueOf(failure.getMessage())));
      failure.excerpt().lines().forEach(excerpt -> line("  " + PrintableText.line(excerpt)));
    }
  }

  /**
   * Reports the status of a call.
   *
   * @param subject the method or address that was called
   * @param types has the types of the details
   */
  public void status(Status status, @Nullable Metadata trailers, String subject, Types types) {
    String description = status.getDescription();
    if (format == ErrorFormat.JSON) {
      json(status.getCode(), description, StatusDetails.of(trailers), types);
      return;
    }
    line(
        "grpcos: "
            + status.getCode()
            + (description == null || description.isEmpty()
                ? ""
                : ": " + PrintableText.line(description))
            + (description != null && description.contains(subject)
                ? ""
                : " (" + PrintableText.line(subject) + ")"));
    ResponseWriter json = new ResponseWriter(types, JsonStyle.COMPACT);
    for (Any detail : StatusDetails.of(trailers)) {
      line("  " + json.toJson(detail));
    }
  }

  private void json(Status.Code code, @Nullable String message, List<Any> details, Types types) {
    com.google.rpc.Status status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(message == null ? "" : message)
            .addAllDetails(details)
            .build();
    line(new ResponseWriter(types, JsonStyle.COMPACT).toJson(status));
  }

  /** Writes a line; control characters in it, except line feeds and tabs, are escaped. */
  public void line(String text) {
    try {
      stream.write((PrintableText.lines(text) + "\n").getBytes(StandardCharsets.UTF_8));
      stream.flush();
    } catch (IOException e) {
      // There is no other place to report it; the exit code remains the same.
      return;
    }
  }
}
