package dev.grpcos.cli.command;

import dev.grpcos.cli.call.MessageFormat;
import dev.grpcos.cli.call.RequestInput;
import dev.grpcos.cli.invocation.Invocation;
import dev.grpcos.cli.invocation.StreamKind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the source of requests. */
final class RequestOptions {
  @Option(
      names = {"-d", "--data"},
      paramLabel = "JSON",
      description =
          "The request as JSON, or @FILE, or @- for standard input. Default: JSON objects on"
              + " standard input; for a method with a single request, each is one call.")
  @Nullable String data;

  @Option(
      names = "--input",
      paramLabel = "FORMAT",
      description =
          "The format of -d and standard input. json; text: protobuf's text format, requests"
              + " separated by a record separator (0x1E); binary: the wire format, each request"
              + " preceded by its length as a varint. Default: json.")
  MessageFormat format = MessageFormat.JSON;

  @Option(names = "--array", description = "Read the requests from one JSON array, as a stream.")
  boolean array;

  @Option(names = "--each", description = "Treat empty input as success, without a call.")
  boolean each;

  @Option(
      names = "--allow-unknown-fields",
      description = "Ignore unknown fields and enum values in JSON and text requests.")
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

  /** Explains on a terminal how to type the messages of a stream, and how to end it. */
  static void explainTyping(RequestInput input, CommandContext context) {
    Invocation invocation = context.invocation();
    if (input.readsTerminal(invocation) && invocation.stderrKind() == StreamKind.TERMINAL) {
      context.errors().line("grpcos: type messages as JSON; end the input with Ctrl-D");
    }
  }

  /**
   * Returns the maximum size of a message's JSON. Base64 is a third longer than the bytes, and most
   * other fields grow less.
   */
  static int maxJsonBytes(int maxMessageSize) {
    return (int) Math.min(Integer.MAX_VALUE - 16L, 2L * maxMessageSize);
  }
}
