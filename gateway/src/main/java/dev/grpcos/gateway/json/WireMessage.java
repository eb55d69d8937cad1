package dev.grpcos.gateway.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;

/** Parses messages in the wire format. */
public final class WireMessage {
  private WireMessage() {}

  /**
   * Parses a message that nests at most {@link RequestReader#MAX_NESTING} deep.
   *
   * <p>{@code DynamicMessage.parseFrom} throws an unchecked exception if a message inside lacks a
   * required field; its parser does not.
   *
   * @throws InvalidProtocolBufferException if the bytes are not a message of the type
   */
  public static DynamicMessage parse(Descriptor type, ByteString bytes)
      throws InvalidProtocolBufferException {
    return parse(type, bytes, RequestReader.MAX_NESTING);
  }

  /** Parses a message that nests at most {@code maxNesting} deep. */
  static DynamicMessage parse(Descriptor type, ByteString bytes, int maxNesting)
      throws InvalidProtocolBufferException {
    CodedInputStream in = bytes.newCodedInput();
    in.setRecursionLimit(maxNesting);
    DynamicMessage message =
        DynamicMessage.getDefaultInstance(type).getParserForType().parseFrom(in);
    in.checkLastTagWas(0);
    return message;
  }
}
