package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.json.WireMessage;
import io.grpc.Status;
import io.grpc.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * Converts a method's messages to JSON for programs, and a program's JSON to messages. Thread-safe.
 */
final class MethodText {
  /**
   * The maximum ratio of JSON to message size. A control character takes six bytes, and field names
   * may take more. Without this limit, excessive output would exhaust the memory.
   */
  private static final int MOST_RATIO = 8;

  private static final int SLACK = 64 * 1024;

  private final MethodDescriptor method;
  private final Types types;
  private final int mostMessage;
  private final int mostText;

  /**
   * Creates a converter for a method.
   *
   * @param mostMessage the largest encoded response
   */
  MethodText(MethodDescriptor method, Types types, int mostMessage) {
    this.method = method;
    this.types = types;
    this.mostMessage = mostMessage;
    mostText = (int) Math.min(Integer.MAX_VALUE - 16, (long) MOST_RATIO * mostMessage + SLACK);
  }

  Types types() {
    return types;
  }

  /** Returns the maximum number of bytes of a response as JSON. */
  int mostText() {
    return mostText;
  }

  /** Creates the error for text of more than {@link #mostText} bytes. */
  BadOutputException tooLong(boolean line) {
    return BadOutputException.exhausted(
        "printed more than %d bytes %s, but limits.message is %d bytes; print less, or raise limits.message"
            .formatted(mostText, line ? "on one line" : "as one response", mostMessage));
  }

  /**
   * Returns the JSON of an encoded request.
   *
   * @throws StatusException if the bytes are not a message of the method's type
   */
  String request(byte[] encoded) throws StatusException {
    try {
      DynamicMessage message =
          WireMessage.parse(method.getInputType(), UnsafeByteOperations.unsafeWrap(encoded));
      return new ResponseWriter(types, JsonStyle.COMPACT).toJson(message);
    } catch (InvalidProtocolBufferException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription(
              "the request is not a %s: %s".formatted(name(method.getInputType()), e.getMessage()))
          .withCause(e)
          .asException();
    }
  }

  /**
   * Returns the single response in a program's complete output.
   *
   * @throws BadOutputException if the output is not exactly one response
   */
  byte[] onlyResponse(ByteString output) throws BadOutputException {
    try {
      JsonReader reader = reader(output, 1);
      DynamicMessage message = responses().next(reader);
      if (message == null) {
        if (method.getOutputType().getFullName().equals(Empty.getDescriptor().getFullName())) {
          return new byte[0];
        }
        throw new BadOutputException(
            "printed nothing where a "
                + name(method.getOutputType())
                + " is expected: print {} for an empty one");
      }
      byte[] response = encoded(message);
      if (reader.nextValue() != null) {
        throw new BadOutputException(
            "printed more than one JSON value where the method has one response");
      }
      return response;
    } catch (JsonException e) {
      throw bad(e);
    }
  }

  /**
   * Returns the response in a line of a program's output, or null if the line is blank.
   *
   * @param number the line number, from 1
   * @throws BadOutputException if the line is not a response
   */
  byte @Nullable [] response(ByteString line, long number) throws BadOutputException {
    try {
      JsonReader reader = reader(line, number);
      DynamicMessage message = responses().next(reader);
      if (message == null) {
        return null;
      }
      byte[] response = encoded(message);
      if (reader.nextValue() != null) {
        throw new BadOutputException(
            "printed two JSON values on line "
                + number
                + ": print each response on a separate line");
      }
      return response;
    } catch (JsonException e) {
      throw bad(e);
    }
  }

  /**
   * Returns the encoded response that a value describes.
   *
   * @throws JsonException if the object is not a valid response
   * @throws BadOutputException if the response is above the limit
   */
  byte[] response(JsonValue value) throws BadOutputException {
    return encoded(responses().read(value));
  }

  private RequestReader responses() {
    return new RequestReader(method.getOutputType(), types);
  }

  private byte[] encoded(DynamicMessage response) throws BadOutputException {
    byte[] encoded = response.toByteArray();
    if (encoded.length > mostMessage) {
      throw BadOutputException.exhausted(
          "printed a response of %d bytes, but limits.message is %d bytes; print less, or raise limits.message"
              .formatted(encoded.length, mostMessage));
    }
    return encoded;
  }

  private JsonReader reader(ByteString text, long line) {
    return JsonReader.from(line, text.newInput(), "output", mostText);
  }

  private static BadOutputException bad(JsonException e) {
    return new BadOutputException("printed output that is not a response: " + e.getMessage());
  }

  private static String name(Descriptor type) {
    return type.getFullName();
  }
}
