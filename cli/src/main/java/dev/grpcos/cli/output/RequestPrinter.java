package dev.grpcos.cli.output;

import com.google.protobuf.Message;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/** Prints requests instead of sending them, one JSON object each. Possible secrets are hidden. */
public final class RequestPrinter implements RequestOutput {
  private final StandardOutput output;
  private final ResponseWriter writer;
  private final JsonSink sink;
  private final String method;
  private final @Nullable String deadline;
  private final Metadata metadata;

  /**
   * Creates a printer of requests to one method.
   *
   * @param writer writes requests on one line each
   * @param sink writes the objects
   * @param method the full method name
   * @param deadline the deadline of each call in the form of the option; null for none
   */
  public RequestPrinter(
      StandardOutput output,
      ResponseWriter writer,
      JsonSink sink,
      String method,
      @Nullable String deadline,
      Metadata metadata) {
    this.output = output;
    this.writer = writer;
    this.sink = sink;
    this.method = method;
    this.deadline = deadline;
    this.metadata = metadata;
  }

  @Override
  public void print(long sequence, Message request) {
    JsonText text = new JsonText();
    text.put("{\"seq\":");
    text.put(Long.toString(sequence));
    text.put(",\"method\":");
    text.quoted(method);
    text.put(",\"deadline\":");
    if (deadline == null) {
      text.put("null");
    } else {
      text.quoted(deadline);
    }
    text.put(",\"metadata\":");
    MetadataJson.write(metadata, false, text);
    text.put(",\"request\":");
    writer.append(request, text);
    text.put('}');
    output.write(stream -> sink.write(text, stream));
  }

  @Override
  public void end() {}
}
