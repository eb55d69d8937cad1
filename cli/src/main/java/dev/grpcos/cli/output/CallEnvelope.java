package dev.grpcos.cli.output;

import com.google.protobuf.Any;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON object for one call: status, metadata, time and responses. The object is data: all of
 * its keys are always present, and nothing is hidden.
 */
final class CallEnvelope {
  private final ResponseWriter writer;

  /**
   * Creates a writer of objects.
   *
   * @param writer writes details on one line each
   */
  CallEnvelope(ResponseWriter writer) {
    this.writer = writer;
  }

  /**
   * Returns the object for a call.
   *
   * @param id the JSON of the call's id, the first member; empty for none
   * @param sequence the number of the call's request
   * @param headers the server's headers; null if there were none
   * @param responses the responses as JSON, separated by commas
   */
  JsonText of(
      String id,
      long sequence,
      Status status,
      @Nullable Metadata headers,
      Metadata trailers,
      Duration total,
      JsonText responses) {
    JsonText text = new JsonText();
    text.put('{');
    if (!id.isEmpty()) {
      SessionPrinter.putId(id, text);
      text.put(',');
    }
    text.put("\"seq\":");
    text.put(Long.toString(sequence));
    text.put(",\"ok\":");
    text.put(Boolean.toString(status.isOk()));
    text.put(",\"status\":");
    status(status, trailers, text);
    text.put(",\"headers\":");
    MetadataJson.write(headers == null ? new Metadata() : headers, true, text);
    text.put(",\"trailers\":");
    MetadataJson.write(trailers, true, text);
    text.put(",\"ms\":");
    long tenths = (total.toNanos() + 50_000) / 100_000;
    text.put(tenths / 10 + "." + tenths % 10);
    text.put(",\"responses\":[");
    text.put(responses);
    text.put("]}");
    return text;
  }

  private void status(Status status, Metadata trailers, JsonText text) {
    text.put("{\"code\":");
    text.put(Integer.toString(status.getCode().value()));
    text.put(",\"name\":");
    text.quoted(status.getCode().name());
    text.put(",\"message\":");
    String description = status.getDescription();
    text.quoted(description == null ? "" : description);
    text.put(",\"details\":[");
    List<Any> details = StatusDetails.of(trailers);
    for (int i = 0; i < details.size(); i++) {
      if (i > 0) {
        text.put(',');
      }
      writer.append(details.get(i), text);
    }
    text.put("]}");
  }
}
