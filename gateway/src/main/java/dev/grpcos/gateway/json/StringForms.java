package dev.grpcos.gateway.json;

import com.google.common.base.CaseFormat;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.FieldMaskUtil;
import com.google.protobuf.util.Timestamps;
import dev.grpcos.gateway.json.JsonValue.JsonString;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The string forms of {@code Timestamp}, {@code Duration} and {@code FieldMask}, read and written
 * by {@code protobuf-java-util}.
 *
 * <p>The descriptors are linked at run time, so fields are found by number.
 */
final class StringForms {
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");

  private static final Pattern DURATION = Pattern.compile("-?\\d+(\\.\\d{1,9})?s");

  private StringForms() {}

  /** Fills a message from its string form. */
  static void read(WellKnown kind, JsonValue value, Message.Builder message) throws Mismatch {
    if (!(value instanceof JsonString string)) {
      throw Mismatch.expected(kind.form(), value);
    }
    switch (kind) {
      case TIMESTAMP -> {
        Timestamp timestamp = timestamp(string);
        pair(message, timestamp.getSeconds(), timestamp.getNanos());
      }
      case DURATION -> {
        Duration duration = duration(string);
        pair(message, duration.getSeconds(), duration.getNanos());
      }
      case FIELD_MASK -> {
        requireJsonPaths(string);
        FieldMask mask = FieldMaskUtil.fromJsonString(string.text());
        FieldDescriptor paths = message.getDescriptorForType().findFieldByNumber(1);
        message.setField(paths, List.copyOf(mask.getPathsList()));
      }
      default -> throw new IllegalArgumentException(kind.name());
    }
  }

  /** Also checks the date: {@code Timestamps.parse} reads the 30th of February as another day. */
  private static Timestamp timestamp(JsonString string) throws Mismatch {
    if (!RFC_3339.matcher(string.text()).matches()) {
      throw Mismatch.expected(WellKnown.TIMESTAMP.form(), string);
    }
    Instant time;
    try {
      time = OffsetDateTime.parse(string.text()).toInstant();
    } catch (DateTimeException e) {
      throw new Mismatch("there is no such day or time as " + Quote.text(string.text()));
    }
    Timestamp timestamp =
        Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()).build();
    if (!Timestamps.isValid(timestamp)) {
      throw Mismatch.outOfRange(
          "a timestamp",
          string,
          Timestamps.toString(Timestamps.MIN_VALUE),
          Timestamps.toString(Timestamps.MAX_VALUE));
    }
    return timestamp;
  }

  private static Duration duration(JsonString string) throws Mismatch {
    if (!DURATION.matcher(string.text()).matches()) {
      throw Mismatch.expected(WellKnown.DURATION.form(), string);
    }
    try {
      return Durations.parse(string.text());
    } catch (ParseException | NumberFormatException e) {
      // The syntax is valid, so the value is out of range.
      throw Mismatch.outOfRange(
          "a duration",
          string,
          Durations.MIN_VALUE.getSeconds() + "s",
          Durations.MAX_VALUE.getSeconds() + "s");
    }
  }

  private static void pair(Message.Builder message, long seconds, int nanos) {
    message.setField(message.getDescriptorForType().findFieldByNumber(1), seconds);
    message.setField(message.getDescriptorForType().findFieldByNumber(2), nanos);
  }

  /**
   * Checks the paths: FieldMaskUtil accepts any text, and reads a path in proto notation as another
   * field.
   */
  private static void requireJsonPaths(JsonString mask) throws Mismatch {
    for (String path : mask.text().split(",", -1)) {
      if (!path.chars().allMatch(StringForms::isInJsonPath)) {
        String right = CaseFormat.LOWER_UNDERSCORE.to(CaseFormat.LOWER_CAMEL, path.strip());
        throw right.chars().allMatch(StringForms::isInJsonPath)
            ? new Mismatch(
                "the path " + Quote.text(path) + " is not in lowerCamelCase; write " + right)
            : Mismatch.expected(WellKnown.FIELD_MASK.form(), mask);
      }
    }
  }

  private static boolean isInJsonPath(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
  }

  /** Returns the string form of the message, or null if no string would be read as this message. */
  static @Nullable String write(WellKnown kind, Message message) {
    FieldDescriptor first = message.getDescriptorForType().findFieldByNumber(1);
    if (kind == WellKnown.FIELD_MASK) {
      return fieldMask(message, first);
    }
    long seconds = (long) message.getField(first);
    int nanos = (int) message.getField(message.getDescriptorForType().findFieldByNumber(2));
    if (kind == WellKnown.TIMESTAMP) {
      Timestamp time = Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
      return Timestamps.isValid(time) ? Timestamps.toString(time) : null;
    }
    Duration duration = Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    return Durations.isValid(duration) ? Durations.toString(duration) : null;
  }

  private static @Nullable String fieldMask(Message message, FieldDescriptor paths) {
    FieldMask.Builder builder = FieldMask.newBuilder();
    for (int i = 0; i < message.getRepeatedFieldCount(paths); i++) {
      builder.addPaths((String) message.getRepeatedField(paths, i));
    }
    FieldMask mask = builder.build();
    String text = FieldMaskUtil.toJsonString(mask);
    boolean inJson = text.chars().allMatch(c -> c == ',' || isInJsonPath(c));
    return inJson && FieldMaskUtil.fromJsonString(text).equals(mask) ? text : null;
  }
}
