package dev.grpcos.cli.output;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TextFormat.Printer;
import dev.grpcos.gateway.json.Extensions;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** How a response is written. */
@FunctionalInterface
public interface ResponseForm {
  /** Writes a response, with whatever tells it from the next one. */
  void write(Message response, OutputStream stream) throws IOException;

  /** JSON as the writer lays it out. */
  static ResponseForm json(ResponseWriter writer) {
    return writer::write;
  }

  /** What a sink makes of the JSON, which the writer must not lay out. */
  static ResponseForm json(ResponseWriter writer, JsonSink sink) {
    return (response, stream) -> writer.write(response, sink, stream);
  }

  /** The text format of protobuf, one line a message: a line feed in it would be escaped. */
  static ResponseForm text(Types types) {
    Printer printer = TextFormat.printer().escapingNonAscii(false).emittingSingleLine(true);
    return (response, stream) -> {
      String text = printer.printToString(Extensions.namedThroughout(response, types));
      stream.write((text.stripTrailing() + "\n").getBytes(StandardCharsets.UTF_8));
    };
  }

  /** The wire format, each message behind its length as a varint. */
  static ResponseForm binary() {
    return Message::writeDelimitedTo;
  }
}
