package dev.grpcos.gateway.exec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.ByteArrayInputStream;
import org.jspecify.annotations.Nullable;

/** A method's messages as programs have them: JSON, a line each. Safe for use by any thread. */
final class MethodText {
  private final MethodDescriptor method;
  private final Types types;
  private final int mostBytes;

  /**
   * The text of a method's messages.
   *
   * @param mostBytes the longest response as JSON
   */
  MethodText(MethodDescriptor method, Types types, int mostBytes) {
    this.method = method;
    this.types = types;
    this.mostBytes = mostBytes;
  }

  Types types() {
    return types;
  }

  int mostBytes() {
    return mostBytes;
  }

  /**
   * The JSON of an encoded request.
   *
   * @throws StatusException if it is no message of the method's
   */
  String request(byte[] encoded) throws StatusException {
    try {
      DynamicMessage message = DynamicMessage.parseFrom(method.getInputType(), encoded);
      return new ResponseWriter(types, JsonStyle.COMPACT).toJson(message);
    } catch (InvalidProtocolBufferException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription(
              "the request is no " + name(method.getInputType()) + ": " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }

  /**
   * The one response that is all of a program's output.
   *
   * @throws BadOutputException if it is none, or more than one
   */
  byte[] onlyResponse(byte[] output) throws BadOutputException {
    try {
      JsonReader reader = reader(output, 1);
      JsonObject object = reader.next();
      if (object == null) {
        if (method.getOutputType().getFullName().equals(Empty.getDescriptor().getFullName())) {
          return new byte[0];
        }
        throw new BadOutputException(
            "printed nothing where a "
                + name(method.getOutputType())
                + " is expected: print {} for an empty one");
      }
      byte[] response = response(object);
      if (reader.next() != null) {
        throw new BadOutputException(
            "printed more than one JSON value where the method has one response");
      }
      return response;
    } catch (JsonException e) {
      throw bad(e);
    }
  }

  /**
   * The response on a line of a program's output; null where it is blank.
   *
   * @param number the line's, from 1
   * @throws BadOutputException if it is none
   */
  byte @Nullable [] response(byte[] line, long number) throws BadOutputException {
    try {
      JsonReader reader = reader(line, number);
      JsonObject object = reader.next();
      if (object == null) {
        return null;
      }
      byte[] response = response(object);
      if (reader.next() != null) {
        throw new BadOutputException(
            "printed two JSON values on line " + number + ": each response is a line of its own");
      }
      return response;
    } catch (JsonException e) {
      throw bad(e);
    }
  }

  /**
   * The encoded response that this object describes.
   *
   * @throws JsonException if it describes none
   */
  byte[] response(JsonObject object) {
    return new RequestReader(method.getOutputType(), types).read(object).toByteArray();
  }

  private JsonReader reader(byte[] text, long line) {
    return JsonReader.from(line, new ByteArrayInputStream(text), "output", mostBytes);
  }

  private static BadOutputException bad(JsonException e) {
    return new BadOutputException("printed what is no response: " + e.getMessage());
  }

  private static String name(Descriptor type) {
    return type.getFullName();
  }
}
