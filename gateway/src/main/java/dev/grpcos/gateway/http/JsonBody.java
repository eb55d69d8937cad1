package dev.grpcos.gateway.http;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.WireMessage;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.ByteArrayInputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parts that the codecs of JSON have in common. Their errors are statuses. */
final class JsonBody {
  private static final String INPUT = "request body";

  private JsonBody() {}

  /**
   * Returns the only value of a request's body, or null if the body is blank.
   *
   * @param line the number of the body's first line, for errors
   * @param next reads a value; returns null at the end of the body
   * @throws StatusException INVALID_ARGUMENT if the body is not one valid value
   */
  static <T> @Nullable T onlyValue(
      MethodDescriptor method, byte[] body, long line, Function<JsonReader, @Nullable T> next)
      throws StatusException {
    try {
      JsonReader json =
          JsonReader.from(line, new ByteArrayInputStream(body), INPUT, body.length + 1);
      T value = next.apply(json);
      if (value != null && json.nextValue() != null) {
        throw Status.INVALID_ARGUMENT
            .withDescription(
                INPUT
                    + (method.isClientStreaming()
                        ? " line " + line + " has more than one JSON value; begin a new line"
                        : " has more than one JSON value, but the method takes one request"))
            .asException();
      }
      return value;
    } catch (JsonException e) {
      throw invalid(e);
    }
  }

  /** Returns the status for a body without a value, where one is required. */
  static StatusException empty() {
    return Status.INVALID_ARGUMENT
        .withDescription(INPUT + " is empty: send {} for an empty request")
        .asException();
  }

  /** Returns the status for a request that is not valid. */
  static StatusException invalid(JsonException e) {
    return Status.INVALID_ARGUMENT.withDescription(e.getMessage()).withCause(e).asException();
  }

  /**
   * Parses an encoded response.
   *
   * @throws StatusException INTERNAL if the bytes are not a message of this type
   */
  static DynamicMessage response(Descriptor type, byte[] bytes) throws StatusException {
    try {
      return WireMessage.parse(type, UnsafeByteOperations.unsafeWrap(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw Status.INTERNAL
          .withDescription("a response is not a message of the method's type: " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }
}
