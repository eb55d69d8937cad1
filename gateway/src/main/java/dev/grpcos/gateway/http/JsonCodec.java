package dev.grpcos.gateway.http;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.json.WireMessage;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.ByteArrayInputStream;

/** The messages of one method as JSON. */
final class JsonCodec implements MessageCodec {
  private static final String INPUT = "request body";

  private final MethodDescriptor method;
  private final RequestReader reader;
  private final ResponseWriter writer;
  private final JsonText text = new JsonText();

  JsonCodec(MethodDescriptor method, Types types) {
    this.method = method;
    this.reader = new RequestReader(method.getInputType(), types);
    this.writer = new ResponseWriter(types, JsonStyle.COMPACT);
  }

  @Override
  public String name() {
    return "json";
  }

  @Override
  public byte[] request(byte[] body, long line) throws StatusException {
    try {
      JsonReader json =
          JsonReader.from(line, new ByteArrayInputStream(body), INPUT, body.length + 1);
      var message = reader.next(json);
      if (message == null) {
        throw Status.INVALID_ARGUMENT
            .withDescription(INPUT + " is empty: send {} for an empty request")
            .asException();
      }
      if (json.nextValue() != null) {
        throw Status.INVALID_ARGUMENT
            .withDescription(
                INPUT
                    + (method.isClientStreaming()
                        ? " line " + line + " has more than one JSON value; begin a new line"
                        : " has more than one JSON value, but the method takes one request"))
            .asException();
      }
      return message.toByteArray();
    } catch (JsonException e) {
      throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).withCause(e).asException();
    }
  }

  @Override
  public byte[] response(byte[] message) throws StatusException {
    try {
      text.clear();
      writer.append(
          WireMessage.parse(method.getOutputType(), UnsafeByteOperations.unsafeWrap(message)),
          text);
      return ErrorJson.bytes(text);
    } catch (InvalidProtocolBufferException e) {
      throw Status.INTERNAL
          .withDescription("a response is not a message of the method's type: " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }
}
