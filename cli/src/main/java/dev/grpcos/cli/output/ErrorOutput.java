package dev.grpcos.cli.output;

import dev.grpcos.cli.CallFailedException;
import dev.grpcos.cli.CliException;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells of failures on standard error: one line that begins with {@code grpcos: }, then a line of
 * JSON for each detail that came with a status, or the lines of an excerpt.
 */
public final class ErrorOutput {
  private final OutputStream stream;

  public ErrorOutput(OutputStream stream) {
    this.stream = stream;
  }

  /** Tells what ended a command. */
  public void failed(CliException failure) {
    if (failure instanceof CallFailedException call) {
      status(call.status(), call.trailers(), call.subject(), new PrintedTypes(null));
    } else {
      line("grpcos: " + OneLine.of(String.valueOf(failure.getMessage())));
      failure.excerpt().lines().forEach(excerpt -> line("  " + OneLine.of(excerpt)));
    }
  }

  /**
   * Tells how a call ended.
   *
   * @param subject the method or address that the status is about
   * @param types finds the types of the details
   */
  public void status(Status status, @Nullable Metadata trailers, String subject, Types types) {
    String description = status.getDescription();
    line(
        "grpcos: "
            + status.getCode()
            + (description == null || description.isEmpty() ? "" : ": " + OneLine.of(description))
            + (description != null && description.contains(subject)
                ? ""
                : " (" + OneLine.of(subject) + ")"));
    ResponseWriter json = new ResponseWriter(types, JsonStyle.COMPACT);
    for (com.google.protobuf.Any detail : StatusDetails.of(trailers)) {
      line("  " + json.toJson(detail));
    }
  }

  /** Writes a line as it is. */
  public void line(String text) {
    try {
      stream.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // There is nowhere left to tell it; the exit code still does.
      return;
    }
  }
}
