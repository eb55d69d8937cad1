package dev.grpcos.gateway.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Creates random messages that have a JSON form. The same seed produces the same messages. */
final class RandomMessages {
  private static final List<String> PACKED =
      List.of(
          "jsontest.Everything",
          "jsontest.Small",
          "google.protobuf.Timestamp",
          "google.protobuf.Struct",
          "google.protobuf.Value",
          "google.protobuf.BytesValue",
          "google.protobuf.Empty",
          "google.protobuf.Any",
          "jsontest.edition.Modern");

  private static final int[] CODE_POINTS = {
    'a', 'Z', '0', ' ', '"', '\\', '/', '<', '>', '&', '=', '\'', '\n', '\r', '\t', '\b', '\f', 0,
    0x1f, 0x7f, 0x80, 0xe9, 0x7ff, 0x800, 0x2028, 0x2029, 0xd7ff, 0xe000, 0xfeff, 0xffff, 0x10000,
    0x1f600, 0x10ffff
  };

  private final Random random;

  RandomMessages(long seed) {
    random = new Random(seed);
  }

  DynamicMessage message(Descriptor type) {
    return message(type, 0);
  }

  private DynamicMessage message(Descriptor type, int depth) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    WellKnown kind = WellKnown.of(type);
    switch (kind) {
      case TIMESTAMP ->
          builder
              .setField(type.findFieldByNumber(1), random.nextLong(-62135596800L, 253402300800L))
              .setField(type.findFieldByNumber(2), nanos());
      case DURATION -> {
        int sign = random.nextBoolean() ? 1 : -1;
        builder
            .setField(type.findFieldByNumber(1), sign * random.nextLong(315_576_000_000L))
            .setField(type.findFieldByNumber(2), sign * nanos());
      }
      case FIELD_MASK -> {
        for (int i = random.nextInt(3); i > 0; i--) {
          builder.addRepeatedField(
              type.findFieldByNumber(1), random.nextBoolean() ? "some_path.to_it" : "name");
        }
      }
      case VALUE -> {
        FieldDescriptor field = type.findFieldByNumber(1 + random.nextInt(depth > 3 ? 4 : 6));
        builder.setField(
            field,
            switch (field.getNumber()) {
              case 1 -> field.getEnumType().findValueByNumber(0);
              case 2 -> (double) random.nextInt() / 8;
              default -> single(field, depth);
            });
      }
      case ANY -> {
        Descriptor packed = TestSchema.type(PACKED.get(random.nextInt(PACKED.size())));
        builder
            .setField(type.findFieldByNumber(1), "type.googleapis.com/" + packed.getFullName())
            .setField(type.findFieldByNumber(2), message(packed, depth + 2).toByteString());
      }
      default -> {
        double chance = depth == 0 ? 0.2 : 0.15 / depth;
        for (FieldDescriptor field : type.getFields()) {
          boolean given = field.isRequired() || random.nextDouble() < chance;
          boolean taken =
              field.getContainingOneof() != null && builder.hasOneof(field.getContainingOneof());
          if (given && !taken) {
            set(builder, field, depth);
          }
        }
      }
    }
    return builder.build();
  }

  private void set(DynamicMessage.Builder builder, FieldDescriptor field, int depth) {
    boolean message = field.getJavaType() == JavaType.MESSAGE;
    if (field.isMapField()) {
      map(builder, field, depth);
    } else if (field.isRepeated()) {
      for (int i = random.nextInt(4); i > 0; i--) {
        builder.addRepeatedField(field, single(field, depth + 1));
      }
    } else if (!message || depth < 4) {
      builder.setField(field, single(field, depth));
    }
  }

  private void map(DynamicMessage.Builder builder, FieldDescriptor field, int depth) {
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    Set<Object> keys = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Object k = single(key, depth);
      if (keys.add(k)) {
        builder.addRepeatedField(
            field,
            DynamicMessage.newBuilder(field.getMessageType())
                .setField(key, k)
                .setField(value, single(value, depth + 1))
                .build());
      }
    }
  }

  private Object single(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT ->
          random.nextInt(4) == 0 ? edge(Integer.MIN_VALUE, Integer.MAX_VALUE) : random.nextInt();
      case LONG ->
          random.nextInt(4) == 0 ? edge(Long.MIN_VALUE, Long.MAX_VALUE) : random.nextLong();
      case FLOAT ->
          random.nextInt(8) == 0 ? Float.NaN : canonical(Float.intBitsToFloat(random.nextInt()));
      case DOUBLE ->
          random.nextInt(8) == 0
              ? Double.NEGATIVE_INFINITY
              : canonical(Double.longBitsToDouble(random.nextLong()));
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text();
      case BYTE_STRING -> {
        byte[] bytes = new byte[random.nextInt(5)];
        random.nextBytes(bytes);
        yield ByteString.copyFrom(bytes);
      }
      case ENUM -> enumerated(field.getEnumType());
      case MESSAGE -> message(field.getMessageType(), depth + 1);
    };
  }

  /** Returns one NaN for all: JSON has a single NaN, while bytes in an Any can have many. */
  private static float canonical(float number) {
    return Float.isNaN(number) ? Float.NaN : number;
  }

  private static double canonical(double number) {
    return Double.isNaN(number) ? Double.NaN : number;
  }

  private EnumValueDescriptor enumerated(EnumDescriptor type) {
    if (!type.isClosed() && !WellKnown.isNullValue(type) && random.nextInt(4) == 0) {
      return type.findValueByNumberCreatingIfUnknown(random.nextInt());
    }
    return type.getValues().get(random.nextInt(type.getValues().size()));
  }

  private Object edge(Object min, Object max) {
    return random.nextBoolean() ? min : max;
  }

  private int nanos() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> 1_000_000 * random.nextInt(1000);
      case 2 -> 1_000 * random.nextInt(1_000_000);
      default -> random.nextInt(1_000_000_000);
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.appendCodePoint(CODE_POINTS[random.nextInt(CODE_POINTS.length)]);
    }
    return text.toString();
  }
}
