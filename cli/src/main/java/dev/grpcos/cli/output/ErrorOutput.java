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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reports errors on standard error: one line that begins with {@code grpcos: }, followed by a line
 * of JSON for each detail of a status, or by the lines of an excerpt; or, as JSON, everything in a
 * {@code google.rpc.Status}.
 *
 * <p>As JSON, a local error has the detail {@code google.rpc.ErrorInfo} with the domain {@code
 * grpcos}: INVALID_ARGUMENT with the reason USAGE for an error of the caller (exit code 2),
 * otherwise UNKNOWN with LOCAL_FAILURE (1). The status of a call in a batch has this detail with
 * CALL_FAILED, and the place of the request in its metadata.
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
      status(call.status(), call.trailers(), call.subject(), "", new PrintedTypes(null));
    } else if (format == ErrorFormat.JSON) {
      boolean usage = failure.exitCode() == ExitCode.USAGE;
      json(
          usage ? Status.Code.INVALID_ARGUMENT : Status.Code.UNKNOWN,
          failure.getMessage(),
          List.of(Any.pack(info(usage ? "USAGE" : "LOCAL_FAILURE").build())),
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
   * @param place the place of the request in the input; empty if there is only one
   * @param types has the types of the details
   */
  public void status(
      Status status, @Nullable Metadata trailers, String subject, String place, Types types) {
    String description = status.getDescription();
    if (format == ErrorFormat.JSON) {
      List<Any> details = new ArrayList<>(StatusDetails.of(trailers));
      if (!place.isEmpty()) {
        details.add(Any.pack(info("CALL_FAILED").putMetadata("request", place).build()));
      }
      json(status.getCode(), description, details, types);
      return;
    }
    boolean named = description != null && description.contains(subject);
    String source =
        Stream.of(named ? "" : PrintableText.line(subject), place)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(", "));
    line(
        "grpcos: "
            + status.getCode()
            + (description == null || description.isEmpty()
                ? ""
                : ": " + PrintableText.line(description))
            + (source.isEmpty() ? "" : " (" + source + ")"));
    ResponseWriter json = new ResponseWriter(types, JsonStyle.COMPACT);
    for (Any detail : StatusDetails.of(trailers)) {
      line("  " + json.toJson(detail));
    }
  }

  private static ErrorInfo.Builder info(String reason) {
    return ErrorInfo.newBuilder().setReason(reason).setDomain("grpcos");
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

  /** Reports a line for people; programs that read JSON get all of it from the single errors. */
  public void summary(String text) {
    if (format == ErrorFormat.TEXT) {
      line(text);
    }
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
