package dev.grpcos.gateway.exec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.Value;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import dev.grpcos.gateway.json.ResponseWriter;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Metadata;
import io.grpc.Status;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The lines that the gateway and a persistent program exchange.
 *
 * <p>The gateway sends {@code
 * {"id":1,"method":"pkg.Service/Method","peer":{"uid":0},"socket":"/run/…/gateway.sock",
 * "metadata":{"name":["value"]},"deadline":1700000000.000,"request":{…}}}. The socket is the one
 * through which the call came; it is absent for a call over TCP. The deadline is in seconds since
 * 1970; it is absent if the call has none. The program answers {@code {"id":1,"response":{…}}}, or
 * {@code {"id":1,"status":{"code":5,"message":"…"}}} with a {@code google.rpc.Status}. Either
 * answer may have {@code headers} and {@code trailers} in the form of {@code metadata}.
 */
final class CallLine {
  /**
   * An answer of a program.
   *
   * @param response null if the status is not OK
   */
  record ParsedAnswer(
      Status status, @Nullable ByteString response, Metadata headers, Metadata trailers) {}

  private CallLine() {}

  static String request(
      long id,
      String method,
      PeerIdentity peer,
      @Nullable Path socket,
      Metadata metadata,
      @Nullable Instant deadline,
      String request) {
    return "{\"id\":%d,\"method\":%s,\"peer\":{\"uid\":%s}%s,\"metadata\":%s%s,\"request\":%s}"
        .formatted(
            id,
            quoted(method),
            Integer.toUnsignedString(peer.uid()),
            socket == null ? "" : ",\"socket\":" + quoted(socket.toString()),
            CallVariables.json(metadata),
            deadline == null
                ? ""
                : ",\"deadline\":" + BigDecimal.valueOf(deadline.toEpochMilli(), 3),
            request);
  }

  private static String quoted(String text) {
    return new ResponseWriter(new DetailTypes(), JsonStyle.COMPACT)
        .toJson(Value.newBuilder().setStringValue(text).build());
  }

  /**
   * Reads an answer.
   *
   * @throws BadOutputException if the line is not an answer to this call
   */
  static ParsedAnswer answer(ByteString line, long id, MethodText text) throws BadOutputException {
    try {
      JsonReader reader = new JsonReader(line.newInput(), "output", text.mostText(), false);
      JsonObject answer = reader.next();
      if (answer == null || reader.next() != null) {
        throw new BadOutputException(
            "printed a line that is not an answer: one JSON object is expected");
      }
      return answer(answer, id, text);
    } catch (JsonException e) {
      throw new BadOutputException("printed a line that is not an answer: " + e.getMessage());
    }
  }

  private static ParsedAnswer answer(JsonObject answer, long id, MethodText text)
      throws BadOutputException {
    long answered = -1;
    ByteString response = null;
    com.google.rpc.Status status = null;
    Metadata headers = new Metadata();
    Metadata trailers = new Metadata();
    for (Member member : answer.members()) {
      JsonValue value = member.value();
      switch (member.key()) {
        case "id" -> answered = value instanceof JsonNumber number ? id(number) : -1;
        case "response" -> response = UnsafeByteOperations.unsafeWrap(text.response(value));
        case "status" -> status = ProgramStatus.read(object(member), text.types());
        case "headers" -> put(object(member), headers);
        case "trailers" -> put(object(member), trailers);
        default ->
            throw new BadOutputException(
                "answered with \""
                    + member.key()
                    + "\", which is not one of id, response, status, headers and trailers");
      }
    }
    if (answered != id) {
      throw new BadOutputException(
          "answered with another id than %d, that of the request".formatted(id));
    }
    boolean failed = status != null && status.getCode() != 0;
    if (failed == (response != null)) {
      throw new BadOutputException(
          "answered with "
              + (failed ? "both a response and a status" : "neither a response nor a status"));
    }
    if (!failed || status == null) {
      return new ParsedAnswer(Status.OK, response, headers, trailers);
    }
    ProgramStatus end = ProgramStatus.of(Status.fromCodeValue(status.getCode()).getCode(), status);
    trailers.merge(end.trailers());
    return new ParsedAnswer(end.status(), null, headers, trailers);
  }

  private static long id(JsonNumber number) {
    try {
      return Long.parseLong(number.text());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static JsonObject object(Member member) throws BadOutputException {
    if (member.value() instanceof JsonObject object) {
      return object;
    }
    throw new BadOutputException("answered with a \"" + member.key() + "\" that is not an object");
  }

  private static void put(JsonObject from, Metadata metadata) throws BadOutputException {
    for (Member member : from.members()) {
      if (member.value() instanceof JsonArray values) {
        for (JsonValue value : values.elements()) {
          put(member.key(), value, metadata);
        }
      } else {
        put(member.key(), member.value(), metadata);
      }
    }
  }

  private static void put(String name, JsonValue value, Metadata metadata)
      throws BadOutputException {
    if (!(value instanceof JsonString text)) {
      throw new BadOutputException("answered with metadata " + name + " that is not a string");
    }
    ScriptMetadata.put(metadata, name, text.text());
  }
}
