package dev.grpcos.cli.grpcurl;

import com.google.protobuf.Message;
import dev.grpcos.gateway.json.Types;

/** The text of messages. */
@FunctionalInterface
interface GrpcurlFormat {
  /** Returns a message as text, without a line feed at its end. */
  String of(Message message);

  /**
   * Returns the format of a command's output.
   *
   * @param types resolves extensions and the contents of an Any
   * @param separated whether messages in text format are separated
   */
  static GrpcurlFormat of(GrpcurlLine line, Types types, boolean separated) {
    return line.isText()
        ? new GrpcurlText(types, separated)
        : new GrpcurlJson(types, line.isOn(GrpcurlFlag.EMIT_DEFAULTS));
  }
}
