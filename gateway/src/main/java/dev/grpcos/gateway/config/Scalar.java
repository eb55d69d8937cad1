package dev.grpcos.gateway.config;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import dev.grpcos.gateway.text.DurationText;
import dev.grpcos.gateway.text.SizeText;
import dev.grpcos.proto.config.v1.Bounds;
import dev.grpcos.proto.config.v1.ByteSize;
import dev.grpcos.proto.config.v1.Percentage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kinds of scalar values: text, booleans, numbers, durations, sizes and percentages. */
enum Scalar {
  TEXT("text") {
    @Override
    @Nullable ParsedScalar parse(String text) {
      return new ParsedScalar(text, 0);
    }
  },
  BOOLEAN("neither true nor false; give one of them") {
    @Override
    @Nullable ParsedScalar parse(String text) {
      return switch (text) {
        case "true" -> new ParsedScalar(true, 1);
        case "false" -> new ParsedScalar(false, 0);
        default -> null;
      };
    }
  },
  NUMBER("not a whole number; give one, as in 3") {
    @Override
    @Nullable ParsedScalar parse(String text) {
      if (!text.matches("-?\\d{1,18}")) {
        return null;
      }
      long number = Long.parseLong(text);
      return new ParsedScalar((int) Math.min(Math.max(number, -1), Integer.MAX_VALUE), number);
    }
  },
  DURATION("not a duration; " + DurationText.FORM) {
    @Override
    @Nullable ParsedScalar parse(String text) {
      return DurationText.parse(text)
          .map(
              value ->
                  new ParsedScalar(
                      Duration.newBuilder()
                          .setSeconds(value.getSeconds())
                          .setNanos(value.getNano())
                          .build(),
                      value.toNanos()))
          .orElse(null);
    }
  },
  SIZE("not a size; " + SizeText.FORM) {
    @Override
    @Nullable ParsedScalar parse(String text) {
      var bytes = SizeText.parse(text);
      return bytes.isEmpty()
          ? null
          : new ParsedScalar(
              ByteSize.newBuilder().setBytes(bytes.getAsLong()).build(), bytes.getAsLong());
    }
  },
  PERCENTAGE("not a percentage; give one, as in 25%") {
    @Override
    @Nullable ParsedScalar parse(String text) {
      if (!text.matches("\\d{1,4}%")) {
        return null;
      }
      int percent = Integer.parseInt(text.substring(0, text.length() - 1));
      return new ParsedScalar(Percentage.newBuilder().setPercent(percent).build(), percent);
    }
  };

  /**
   * A parsed value.
   *
   * @param value the value of the message's field
   * @param measure the number to compare with the bounds
   */
  record ParsedScalar(Object value, long measure) {}

  private final String problem;

  Scalar(String problem) {
    this.problem = problem;
  }

  /** Returns the value, or null if the text is not of this kind. */
  abstract @Nullable ParsedScalar parse(String text);

  /** Returns the kind of a field, or of a repeated field's items; empty for a group of keys. */
  static Optional<Scalar> of(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> Optional.of(TEXT);
      case BOOLEAN -> Optional.of(BOOLEAN);
      case INT -> Optional.of(NUMBER);
      case MESSAGE -> ofMessage(field.getMessageType());
      default -> throw new IllegalStateException(field.getFullName() + " has no form in YAML");
    };
  }

  private static Optional<Scalar> ofMessage(Descriptor type) {
    if (type.equals(Duration.getDescriptor())) {
      return Optional.of(DURATION);
    }
    if (type.equals(Percentage.getDescriptor())) {
      return Optional.of(PERCENTAGE);
    }
    return type.equals(ByteSize.getDescriptor()) ? Optional.of(SIZE) : Optional.empty();
  }

  /** Reads a value and checks its bounds; null if it is invalid, which is reported at the place. */
  @Nullable Object read(String text, Bounds bounds, Place place) {
    ParsedScalar parsed = parse(text);
    if (parsed == null) {
      place.problem("is '%s', %s", text, problem);
      return null;
    }
    if (this == TEXT) {
      return parsed.value;
    }
    if ((!bounds.getLeast().isEmpty() && parsed.measure < measure(bounds.getLeast()))
        || (!bounds.getMost().isEmpty() && parsed.measure > measure(bounds.getMost()))) {
      place.problem(
          "is %s, out of bounds; give %s to %s", text, bounds.getLeast(), bounds.getMost());
      return null;
    }
    return parsed.value;
  }

  /** Returns the default value, for an absent key. */
  Object defaultOf(Bounds bounds) {
    return required(bounds.getDefault()).value;
  }

  private long measure(String bound) {
    return required(bound).measure;
  }

  private ParsedScalar required(String text) {
    ParsedScalar parsed = parse(text);
    if (parsed == null) {
      throw new IllegalStateException("config.proto: '" + text + "' is " + problem);
    }
    return parsed;
  }
}
