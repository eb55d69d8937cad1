package dev.grpcos.gateway.replay;

import com.google.protobuf.Any;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.grpcos.gateway.json.JsonException;
import dev.grpcos.gateway.json.JsonValue;
import dev.grpcos.gateway.json.JsonValue.JsonArray;
import dev.grpcos.gateway.json.JsonValue.JsonNull;
import dev.grpcos.gateway.json.JsonValue.JsonNumber;
import dev.grpcos.gateway.json.JsonValue.JsonObject;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import dev.grpcos.gateway.json.JsonValue.Member;
import dev.grpcos.gateway.json.Nearest;
import dev.grpcos.gateway.json.Redaction;
import dev.grpcos.gateway.json.RequestReader;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of a recording with a call, whose keys {@code grpcos-recording(5)} describes. */
final class RecordedLine {
  private static final List<String> KEYS =
      List.of(
          "time",
          "method",
          "route",
          "socket",
          "uid",
          "user",
          "pid",
          "address",
          "metadata",
          "request",
          "requests",
          "headers",
          "response",
          "responses",
          "status",
          "trailers",
          "ms",
          "at",
          "incomplete");

  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final JsonObject line;

  /**
   * Creates a line.
   *
   * @throws JsonException if it has an unknown key
   */
  RecordedLine(JsonObject line) {
    this.line = line;
    for (Member member : line.members()) {
      if (!KEYS.contains(member.key())) {
        throw new JsonException(
            member.at(),
            "unknown key \"%s\"%s"
                .formatted(member.key(), Nearest.orAll(member.key(), KEYS, "the keys are")));
      }
    }
  }

  /** Returns the full name of the method. */
  static String method(JsonObject line) {
    Member member = line.member("method");
    if (member == null) {
      throw new JsonException(line.at(), "the key \"method\" is missing");
    }
    String method = text(member.value());
    if (!method.matches("[^/]+/[^/]+")) {
      throw new JsonException(member.at(), "the method must be package.Service/Method");
    }
    return method;
  }

  /** Returns whether the call ended with UNIMPLEMENTED. */
  boolean isUnimplemented() {
    return status().getCode() == Status.Code.UNIMPLEMENTED;
  }

  /**
   * Returns the call.
   *
   * @param number the number of the call
   * @param method its method
   */
  ReplayEntry read(int number, ReplayedMethod method) {
    List<RequestJson> requests =
        messages("request", "requests").stream().map(method::recordedRequest).toList();
    List<byte[]> responses =
        messages("response", "responses").stream().map(method::recordedResponse).toList();
    Metadata trailers = metadata("trailers");
    byte[] details = details(method);
    if (details.length > 0) {
      trailers.put(DETAILS, details);
    }
    return new ReplayEntry(
        number,
        line.at().line(),
        method.fullName(),
        time(),
        requests,
        metadata("headers"),
        responses,
        status(),
        trailers,
        timing(requests.size(), responses.size()));
  }

  /** Returns the messages; a single one may have a key of its own. */
  private List<JsonValue> messages(String one, String all) {
    Member single = line.member(one);
    Member list = line.member(all);
    List<JsonValue> messages = new ArrayList<>();
    if (single != null) {
      messages.add(single.value());
    }
    if (list != null) {
      messages.addAll(array(list.value()));
    }
    for (JsonValue each : messages) {
      if (RecordingReader.isMissing(each)) {
        throw new JsonException(each.at(), "the message was too large and is not recorded");
      }
    }
    return messages;
  }

  private @Nullable Instant time() {
    Member time = line.member("time");
    if (time == null) {
      return null;
    }
    try {
      return Instant.parse(text(time.value()));
    } catch (DateTimeParseException e) {
      throw new JsonException(time.at(), "the time must be like 2026-01-31T12:00:00.5Z");
    }
  }

  private Status status() {
    Member member = line.member("status");
    if (member == null) {
      return Status.OK;
    }
    if (!(member.value() instanceof JsonObject object)) {
      return code(member.value()).toStatus();
    }
    Member code = object.member("code") == null ? object.member("name") : object.member("code");
    if (code == null) {
      throw new JsonException(member.at(), "the status lacks a code or a name");
    }
    Member message = object.member("message");
    String description = message == null ? "" : text(message.value());
    Status status = code(code.value()).toStatus();
    return description.isEmpty() ? status : status.withDescription(description);
  }

  private static Status.Code code(JsonValue value) {
    for (Status.Code code : Status.Code.values()) {
      if ((value instanceof JsonString name && code.name().equals(name.text()))
          || (value instanceof JsonNumber number
              && Integer.toString(code.value()).equals(number.text()))) {
        return code;
      }
    }
    throw new JsonException(
        value.at(), "the status must be the name or the number of a gRPC status code");
  }

  /** Returns the encoded google.rpc.Status with the details; empty if there are none. */
  private byte[] details(ReplayedMethod method) {
    Member member = line.member("status");
    Member details =
        member != null && member.value() instanceof JsonObject object
            ? object.member("details")
            : null;
    List<JsonValue> all = details == null ? List.of() : array(details.value());
    if (all.isEmpty()) {
      return new byte[0];
    }
    Status status = status();
    com.google.rpc.Status.Builder encoded =
        com.google.rpc.Status.newBuilder().setCode(status.getCode().value());
    String description = status.getDescription();
    encoded.setMessage(description == null ? "" : description);
    RequestReader reader = new RequestReader(Any.getDescriptor(), method.types());
    for (JsonValue each : all) {
      DynamicMessage any = reader.read(each);
      try {
        encoded.addDetails(Any.parseFrom(any.toByteString()));
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("the reader makes valid messages", e);
      }
    }
    return encoded.build().toByteArray();
  }

  /** Returns metadata; values that are not shown in the recording are left out. */
  private Metadata metadata(String key) {
    Metadata metadata = new Metadata();
    Member member = line.member(key);
    if (member == null) {
      return metadata;
    }
    if (!(member.value() instanceof JsonObject object)) {
      throw new JsonException(member.at(), "metadata must be an object of keys and values");
    }
    for (Member entry : object.members()) {
      List<JsonValue> values =
          entry.value() instanceof JsonArray array ? array.elements() : List.of(entry.value());
      for (JsonValue value : values) {
        String text = text(value);
        if (!text.equals(Redaction.HIDDEN)) {
          put(metadata, entry, text);
        }
      }
    }
    return metadata;
  }

  private static void put(Metadata metadata, Member entry, String value) {
    try {
      if (entry.key().endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        metadata.put(
            Metadata.Key.of(entry.key(), Metadata.BINARY_BYTE_MARSHALLER),
            Base64.getDecoder().decode(value));
      } else {
        metadata.put(Metadata.Key.of(entry.key(), Metadata.ASCII_STRING_MARSHALLER), value);
      }
    } catch (IllegalArgumentException e) {
      throw new JsonException(entry.at(), "invalid metadata: " + e.getMessage());
    }
  }

  private ReplayEntry.Timing timing(int requests, int responses) {
    Member ms = line.member("ms");
    long end = ms == null ? 0 : nanos(ms.value());
    Member member = line.member("at");
    if (member == null) {
      return ReplayEntry.Timing.after(end, requests, responses);
    }
    if (!(member.value() instanceof JsonObject at)) {
      throw new JsonException(member.at(), "\"at\" must be an object");
    }
    Member halfClosed = at.member("halfClosed");
    List<Long> requestTimes = times(at, "requests", requests);
    List<Long> responseTimes = times(at, "responses", responses);
    for (long each : responseTimes) {
      end = Math.max(end, each);
    }
    return new ReplayEntry.Timing(
        requestTimes,
        halfClosed == null
            ? requestTimes.stream().max(Long::compare).orElse(0L)
            : halfClosed.value() instanceof JsonNull ? Long.MAX_VALUE : nanos(halfClosed.value()),
        responseTimes,
        end);
  }

  private static List<Long> times(JsonObject at, String key, int count) {
    Member member = at.member(key);
    List<JsonValue> times = member == null ? List.of() : array(member.value());
    if (times.size() != count) {
      throw new JsonException(
          member == null ? at.at() : member.at(),
          "\"at\" must have a time for each of the " + count + " " + key);
    }
    return times.stream().map(RecordedLine::nanos).toList();
  }

  private static long nanos(JsonValue value) {
    if (value instanceof JsonNumber number) {
      try {
        double millis = Double.parseDouble(number.text());
        if (millis >= 0 && millis <= 1e9) {
          return Math.round(millis * 1e6);
        }
      } catch (NumberFormatException e) {
        throw new JsonException(value.at(), "a time must be a number of milliseconds");
      }
    }
    throw new JsonException(value.at(), "a time must be a number of milliseconds");
  }

  private static List<JsonValue> array(JsonValue value) {
    if (value instanceof JsonArray array) {
      return array.elements();
    }
    throw new JsonException(value.at(), "an array is expected");
  }

  private static String text(JsonValue value) {
    if (value instanceof JsonString string) {
      return string.text();
    }
    throw new JsonException(value.at(), "a string is expected");
  }
}
