package dev.grpcos.gateway.http;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.Types;
import io.grpc.StatusException;

/** The messages of one method as JSON. */
final class JsonCodec implements MessageCodec {
  private final MethodDescriptor method;
  private final Types types;
  private final RequestReader reader;
  private final ResponseWriter writer;
  private final JsonText text = new JsonText();

  JsonCodec(MethodDescriptor method, Types types) {
    this.method = method;
    this.types = types;
    this.reader = new RequestReader(method.getInputType(), types);
    this.writer = new ResponseWriter(types, JsonStyle.COMPACT);
  }

  @Override
  public String name() {
    return "json";
  }

  @Override
  public byte[] request(byte[] body, long line) throws StatusException {
    var message = JsonBody.onlyValue(method, body, line, reader::next);
    if (message == null) {
      throw JsonBody.empty();
    }
    return message.toByteArray();
  }

  @Override
  public byte[] response(byte[] message) throws StatusException {
    text.clear();
    writer.append(JsonBody.response(method.getOutputType(), message), text);
    return ErrorJson.bytes(text);
  }

  @Override
  public JsonCodec fresh() {
    return new JsonCodec(method, types);
  }
}
