package dev.grpcos.cli.command;

import dev.grpcos.cli.call.MessageFormat;
import dev.grpcos.cli.call.RequestInput;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where requests come from. */
final class RequestOptions {
  @Option(
      names = {"-d", "--data"},
      paramLabel = "JSON",
      description =
          "The request as JSON, or @FILE, or @- for standard input. Default: JSON objects on"
              + " standard input; for a method that takes one request, each is a call of its own.")
  @Nullable String data;

  @Option(
      names = "--input",
      paramLabel = "FORMAT",
      description =
          "What -d and standard input hold. json; text: protobuf's text format, a record separator"
              + " (0x1E) between one request and the next; binary: the wire format, each request"
              + " behind its length as a varint. Default: json.")
  MessageFormat format = MessageFormat.JSON;

  @Option(
      names = "--array",
      description = "Take the requests from one JSON array, read as a stream.")
  boolean array;

  @Option(names = "--each", description = "No request at all is no error, and no call.")
  boolean each;

  @Option(
      names = "--allow-unknown-fields",
      description =
          "Ignore fields and enum values of a JSON or text request that the schema lacks.")
  boolean allowUnknownFields;

  RequestInput input(List<String> fields, int maxMessageSize) {
    return new RequestInput(
        format,
        List.copyOf(fields),
        data,
        array,
        each,
        allowUnknownFields,
        maxJsonBytes(maxMessageSize),
        maxMessageSize);
  }

  /** JSON of a message within the limit: bytes grow by a third as base64, most else by less. */
  static int maxJsonBytes(int maxMessageSize) {
    return (int) Math.min(Integer.MAX_VALUE - 16L, 2L * maxMessageSize);
  }
}
