package dev.grpcos.gateway.replay;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.json.WireMessage;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/**
 * Converts the messages of a method.
 *
 * @param ignored the fields that are not compared
 */
record ReplayedMethod(MethodDescriptor descriptor, Types types, IgnoredFields ignored) {
  /** Returns the full name, such as {@code pkg.Service/Method}. */
  String fullName() {
    return descriptor.getService().getFullName() + "/" + descriptor.getName();
  }

  boolean isBidirectional() {
    return descriptor.isClientStreaming() && descriptor.isServerStreaming();
  }

  /**
   * Returns a recorded request for comparisons.
   *
   * @throws JsonException if it is not a message of the method's type
   */
  RequestJson recordedRequest(JsonValue request) {
    return comparable(new RequestReader(descriptor.getInputType(), types).read(request));
  }

  /**
   * Returns an encoded recorded response.
   *
   * @throws JsonException if it is not a message of the method's type
   */
  byte[] recordedResponse(JsonValue response) {
    return new RequestReader(descriptor.getOutputType(), types).read(response).toByteArray();
  }

  /**
   * Returns a request of a call for comparisons.
   *
   * @throws StatusException INVALID_ARGUMENT if it is not a message of the method's type
   */
  RequestJson receivedRequest(byte[] encoded) throws StatusException {
    try {
      return comparable(
          WireMessage.parse(descriptor.getInputType(), UnsafeByteOperations.unsafeWrap(encoded)));
    } catch (InvalidProtocolBufferException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription(
              "request is not a valid %s: %s"
                  .formatted(descriptor.getInputType().getFullName(), e.getMessage()))
          .withCause(e)
          .asException();
    }
  }

  /** Secrets are left out, because a recording has none. */
  private RequestJson comparable(DynamicMessage message) {
    byte[] json = ResponseWriter.redacting(types).toJson(message).getBytes(StandardCharsets.UTF_8);
    JsonValue value = JsonReader.single(new ByteArrayInputStream(json), "request", json.length + 1);
    return RequestJson.of(ignored.removedFrom(value));
  }
}
