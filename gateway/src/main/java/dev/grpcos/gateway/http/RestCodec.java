package dev.grpcos.gateway.http;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.JsonText;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.Member;
import dev.grpcos.gateway.json.Position;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.json.TextFields;
import dev.grpcos.gateway.json.Types;
import dev.grpcos.gateway.rest.RestBinding;
import dev.grpcos.gateway.rest.RestMatch;
import io.grpc.StatusException;
import java.util.List;
import java.util.Map;

/**
 * The messages of one request that a binding of {@code google.api.http} matches: fields come from
 * the path, the query and the body.
 */
final class RestCodec implements MessageCodec {
  private final ServedMethod method;
  private final RestMatch match;
  private final Map<String, List<String>> query;

  /**
   * Creates a codec.
   *
   * @param query the parameters of the query
   */
  RestCodec(ServedMethod method, RestMatch match, Map<String, List<String>> query) {
    this.method = method;
    this.match = match;
    this.query = query;
  }

  @Override
  public String name() {
    return "json";
  }

  @Override
  public byte[] request(byte[] body, long line) throws StatusException {
    Descriptor type = method.descriptor().getInputType();
    Types types = method.types();
    RequestReader reader = new RequestReader(type, types);
    JsonValue given = JsonBody.onlyValue(method.descriptor(), body, line, JsonReader::nextValue);
    try {
      DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
      String field = match.binding().body();
      if (given != null && match.binding().hasBody()) {
        message.mergeFrom(
            reader.read(
                field.equals(RestBinding.ALL)
                    ? given
                    : new JsonObject(given.at(), List.of(new Member(given.at(), field, given)))));
      }
      TextFields fields = new TextFields(type, types, "request target");
      match
          .variables()
          .forEach((path, text) -> fields.add("path variable '" + path + "'", path, text));
      query.forEach((path, texts) -> addParameter(fields, path, texts));
      message.mergeFrom(reader.read(fields.toJson()));
      return message.buildPartial().toByteArray();
    } catch (JsonException e) {
      throw JsonBody.invalid(e);
    }
  }

  private void addParameter(TextFields fields, String path, List<String> texts) {
    String input = "query parameter '" + path + "'";
    if (match.binding().body().equals(RestBinding.ALL)) {
      throw new JsonException(Position.in(input), "not taken; the body has all fields");
    }
    texts.forEach(text -> fields.add(input, path, text));
  }

  @Override
  public byte[] response(byte[] bytes) throws StatusException {
    Descriptor type = method.descriptor().getOutputType();
    DynamicMessage message = JsonBody.response(type, bytes);
    ResponseWriter writer = new ResponseWriter(method.types(), JsonStyle.COMPACT);
    JsonText text = new JsonText();
    String name = match.binding().responseBody();
    FieldDescriptor field = name.isEmpty() ? null : type.findFieldByName(name);
    if (field == null) {
      writer.append(message, text);
    } else {
      writer.append(message, field, text);
    }
    return ErrorJson.bytes(text);
  }

  /** Returns this codec, which keeps nothing between messages. */
  @Override
  public RestCodec fresh() {
    return this;
  }
}
