package dev.grpcos.gateway.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A span that a collector got.
 *
 * @param kind a number of {@code opentelemetry.proto.trace.v1.Span.SpanKind}
 * @param attributes those with text as value
 * @param error whether its status is an error
 */
record CollectedSpan(
    String trace,
    String id,
    String parent,
    String name,
    int kind,
    Map<String, String> attributes,
    boolean error) {
  static final int SERVER = 2;
  static final int CLIENT = 3;

  private static final long STATUS_ERROR = 2;

  /**
   * Returns the spans of an ExportTraceServiceRequest.
   *
   * @see <a
   *     href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto">the
   *     numbers of the fields</a>
   */
  static Stream<CollectedSpan> of(byte[] request) {
    return messages(parsed(ByteString.copyFrom(request)), 1)
        .flatMap(resource -> messages(resource, 2))
        .flatMap(scope -> messages(scope, 2))
        .map(CollectedSpan::span);
  }

  private static CollectedSpan span(UnknownFieldSet span) {
    Map<String, String> attributes = new TreeMap<>();
    messages(span, 9)
        .forEach(
            each ->
                messages(each, 2)
                    .flatMap(value -> bytes(value, 1))
                    .forEach(text -> attributes.put(text(each, 1), text.toString(UTF_8))));
    return new CollectedSpan(
        hex(span, 1),
        hex(span, 2),
        hex(span, 4),
        text(span, 5),
        span.getField(6).getVarintList().get(0).intValue(),
        attributes,
        messages(span, 15)
            .anyMatch(status -> status.getField(3).getVarintList().contains(STATUS_ERROR)));
  }

  private static Stream<ByteString> bytes(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().stream();
  }

  private static Stream<UnknownFieldSet> messages(UnknownFieldSet message, int field) {
    return bytes(message, field).map(CollectedSpan::parsed);
  }

  private static String text(UnknownFieldSet message, int field) {
    return bytes(message, field).findFirst().orElse(ByteString.EMPTY).toString(UTF_8);
  }

  private static String hex(UnknownFieldSet message, int field) {
    ByteString bytes = bytes(message, field).findFirst().orElse(ByteString.EMPTY);
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static UnknownFieldSet parsed(ByteString message) {
    try {
      return UnknownFieldSet.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a message", e);
    }
  }
}
