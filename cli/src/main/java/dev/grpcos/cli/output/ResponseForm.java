package dev.grpcos.cli.output;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TextFormat.Printer;
import dev.grpcos.gateway.json.Extensions;
import dev.grpcos.gateway.json.JsonSink;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.text.PrintableText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The form in which responses are written. */
@FunctionalInterface
public interface ResponseForm {
  /** Writes a response, separated from the next one. */
  void write(Message response, OutputStream stream) throws IOException;

  /** Returns the form of JSON in the layout of a writer. */
  static ResponseForm json(ResponseWriter writer) {
    return writer::write;
  }

  /** Returns the form of JSON that a sink formats or filters; the writer must not format it. */
  static ResponseForm json(ResponseWriter writer, JsonSink sink) {
    return (response, stream) -> writer.write(response, sink, stream);
  }

  /**
   * Returns the form of protobuf's text format, one line for each message. Fields that the schema
   * lacks are printed by their numbers. Control characters, which protobuf's printer leaves as they
   * are, become escapes that the format defines.
   */
  static ResponseForm text(Types types) {
    Printer printer = TextFormat.printer().escapingNonAscii(false).emittingSingleLine(true);
    return (response, stream) -> {
      String text = printer.printToString(Extensions.namedThroughout(response, types));
      stream.write(
          (PrintableText.line(text.stripTrailing()) + "\n").getBytes(StandardCharsets.UTF_8));
    };
  }

  /** Returns the form of the wire format, each message preceded by its length as a varint. */
  static ResponseForm binary() {
    return Message::writeDelimitedTo;
  }
}
