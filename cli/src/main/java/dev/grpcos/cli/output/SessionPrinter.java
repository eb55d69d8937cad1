package dev.grpcos.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DynamicMessage;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.ResponseWriter;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Prints the lines of a session: each response of a stream when it arrives, and a {@link
 * CallEnvelope} at the end of each call. The first member of each line is the id of its call.
 */
public final class SessionPrinter {
  private final StandardOutput output;
  private final JsonSink sink;

  /**
   * Creates a printer.
   *
   * @param sink writes the objects
   */
  public SessionPrinter(StandardOutput output, JsonSink sink) {
    this.output = output;
    this.sink = sink;
  }

  /**
   * Prints a response of a stream.
   *
   * @param id the JSON of the call's id
   * @param writer writes the response on one line
   */
  public void response(String id, DynamicMessage response, ResponseWriter writer) {
    JsonText text = new JsonText();
    text.put('{');
    putId(id, text);
    text.put(",\"response\":");
    writer.append(response, text);
    text.put('}');
    print(text);
  }

  /**
   * Prints the end of a call.
   *
   * @param id the JSON of the call's id
   * @param line the number of the input line that began the call
   * @param headers the server's headers; null if there were none
   * @param response the response of a method that has one; null if it is a stream or failed
   * @param writer writes the response and the details on one line each
   */
  public void ended(
      String id,
      long line,
      Status status,
      @Nullable Metadata headers,
      Metadata trailers,
      Duration total,
      @Nullable DynamicMessage response,
      ResponseWriter writer) {
    JsonText responses = new JsonText();
    if (response != null) {
      writer.append(response, responses);
    }
    print(new CallEnvelope(writer).of(id, line, status, headers, trailers, total, responses));
  }

  /** Sends the printed lines to the reader; called when no further line is available now. */
  public void flush() {
    output.flush();
  }

  private void print(JsonText text) {
    output.hold(stream -> sink.write(text, stream));
  }

  static void putId(String id, JsonText text) {
    text.put("\"id\":");
    text.put(id.getBytes(UTF_8));
  }
}
