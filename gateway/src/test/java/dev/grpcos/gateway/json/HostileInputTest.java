package dev.grpcos.gateway.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that all output reads back, for any message from a server: reading and writing again
 * produces the same JSON. The same seed produces the same input. {@code -Dgrpcos.soak=true} tries
 * more of it.
 */
class HostileInputTest {
  private static final int MESSAGES = Boolean.getBoolean("grpcos.soak") ? 3000 : 1000;

  private static final List<String> TYPES =
      List.of(
          "jsontest.Everything",
          "jsontest.two.Legacy",
          "jsontest.two.Closed",
          "jsontest.two.Twins",
          "jsontest.edition.Modern",
          "jsontest.Crossed",
          "google.protobuf.Any",
          "google.protobuf.Value",
          "google.protobuf.Struct",
          "google.protobuf.ListValue",
          "google.protobuf.Timestamp",
          "google.protobuf.Duration",
          "google.protobuf.FieldMask",
          "google.protobuf.DoubleValue",
          "google.protobuf.BytesValue");

  private static final List<JsonStyle> STYLES =
      List.of(
          JsonStyle.COMPACT,
          new JsonStyle(true, false, false, false),
          new JsonStyle(false, true, false, false),
          new JsonStyle(false, false, true, false),
          new JsonStyle(false, true, true, true));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mutatedMessagesReadBackUnchanged(long seed) {
    Random random = new Random(seed);
    RandomMessages messages = new RandomMessages(seed);
    int parsed = 0;
    for (int i = 0; i < MESSAGES; i++) {
      Descriptor type = TestSchema.type(TYPES.get(random.nextInt(TYPES.size())));
      byte[] bytes = messages.message(type).toByteArray();
      for (int mutations = random.nextInt(4); mutations > 0; mutations--) {
        bytes = mutated(bytes, random);
      }
      parsed += readsBack(type, bytes) ? 1 : 0;
    }
    assertThat(parsed).isGreaterThan(MESSAGES / 3);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void randomFieldsReadBackUnchanged(long seed) throws IOException {
    Random random = new Random(seed);
    int parsed = 0;
    for (int i = 0; i < MESSAGES; i++) {
      Descriptor type = TestSchema.type(TYPES.get(random.nextInt(TYPES.size())));
      parsed += readsBack(type, fields(type, random, 0)) ? 1 : 0;
    }
    assertThat(parsed).isGreaterThan(MESSAGES / 3);
  }

  /** Messages that a server can send, in hexadecimal. */
  @ParameterizedTest
  @CsvSource({
    "google.protobuf.Value, 08 05", // null_value with a number other than 0
    "google.protobuf.Value, ''",
    "google.protobuf.Value, 11 000000000000f87f", // NaN
    "google.protobuf.Value, 11 0000000000000080", // -0
    "google.protobuf.Value, 11 0100000000000000", // the smallest double
    "google.protobuf.Value, 2a 00", // an empty Struct
    "google.protobuf.Value, 2a 0b 0a09 0a0576616c7565 1200", // {"value":null}
    "google.protobuf.Value, 32 02 0a00",
    "google.protobuf.Timestamp, 08 ffffffffffffffffff01 10 ffffffffffffffffff01",
    "google.protobuf.Timestamp, 08 80808080808080808001",
    "google.protobuf.Duration, 08 01 10 ffffffffffffffffff01",
    "google.protobuf.FieldMask, 0a00",
    "google.protobuf.FieldMask, 0a03 612c62", // a,b
    "google.protobuf.FieldMask, 0a03 466f6f 0a03 6162 63",
    "google.protobuf.Any, 0a01 78",
    "google.protobuf.Any, 1201 78",
    "jsontest.two.Closed, 0a04 0a0161 1001 0a04 0a0161 1009", // an unknown enum value
    "jsontest.two.Closed, 10 09 10 01",
    "jsontest.two.Twins, 28 01 30 02 38 03 40 04"
  })
  void unusualMessagesReadBackUnchanged(String type, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    readsBack(TestSchema.type(type), bytes);
  }

  @Test
  void valueWrittenAsBytesReadsBackInsideOthers() {
    // An object with only the key of the special form and with the bytes of a NaN.
    String escaped = "{\"@value\":\"EQAAAAAAAPh/\"}";
    Descriptor type = TestSchema.type("google.protobuf.Value");
    DynamicMessage object =
        DynamicMessage.newBuilder(type)
            .setField(
                type.findFieldByNumber(5),
                new RequestReader(TestSchema.type("google.protobuf.Struct"), TestSchema.TYPES)
                    .read(json(escaped)))
            .build();
    String printed = new ResponseWriter(TestSchema.TYPES, JsonStyle.COMPACT).toJson(object);
    assertThat(printed).startsWith("{\"@value\":").isNotEqualTo(escaped);
    assertThat(new RequestReader(type, TestSchema.TYPES).read(json(printed))).isEqualTo(object);
  }

  @ParameterizedTest
  @CsvSource({
    "jsontest.Everything, child",
    "jsontest.Everything, children",
    "jsontest.two.Closed, closed"
  })
  void deeplyNestedMessagesReadBack(String name, String field) {
    Descriptor type = TestSchema.type(name);
    FieldDescriptor nested = type.findFieldByName(field);
    DynamicMessage message = DynamicMessage.getDefaultInstance(type);
    for (int i = 0; i < RequestReader.MAX_NESTING; i++) {
      DynamicMessage.Builder outer = DynamicMessage.newBuilder(type);
      message =
          nested.isRepeated()
              ? outer.addRepeatedField(nested, message).build()
              : outer.setField(nested, message).build();
    }
    assertThat(readsBack(type, message.toByteArray())).isTrue();
  }

  /**
   * Returns whether the bytes are a message. Checks that it is printed and reads back in all
   * styles.
   */
  private static boolean readsBack(Descriptor type, byte[] bytes) {
    DynamicMessage message;
    try {
      message = WireMessage.parse(type, ByteString.copyFrom(bytes));
    } catch (IOException e) {
      return false; // a call ends with INTERNAL
    }
    String hex = HexFormat.of().formatHex(bytes);
    for (JsonStyle style : STYLES) {
      String printed = new ResponseWriter(TestSchema.TYPES, style).toJson(message);
      RequestReader reader = new RequestReader(type, TestSchema.TYPES);
      assertThatCode(() -> reader.read(json(printed)))
          .as("%s %s: %s", type.getFullName(), hex, printed)
          .doesNotThrowAnyException();
      DynamicMessage read = reader.read(json(printed));
      assertThat(new ResponseWriter(TestSchema.TYPES, style).toJson(read))
          .as("%s %s", type.getFullName(), hex)
          .isEqualTo(printed);
      assertThat(new ResponseWriter(TestSchema.TYPES, JsonStyle.COMPACT).toJson(read))
          .as("%s %s in %s", type.getFullName(), hex, style)
          .isEqualTo(new ResponseWriter(TestSchema.TYPES, JsonStyle.COMPACT).toJson(message));
    }
    return true;
  }

  private static JsonValue json(String text) {
    JsonReader reader =
        new JsonReader(new ByteArrayInputStream(text.getBytes(UTF_8)), "output", 1 << 24, false);
    JsonValue value = Objects.requireNonNull(reader.nextValue());
    assertThat(reader.nextValue()).isNull();
    return value;
  }

  @Test
  void nestedMessageWithoutRequiredFieldIsRefused() {
    Descriptor type = TestSchema.type("jsontest.two.Closed");
    byte[] needy = {0x1a, 0};
    assertThat(readsBack(type, needy)).isFalse();
    DynamicMessage any =
        DynamicMessage.newBuilder(TestSchema.type("google.protobuf.Any"))
            .setField(any(1), "t/jsontest.two.Closed")
            .setField(any(2), ByteString.copyFrom(needy))
            .build();
    assertThat(new ResponseWriter(TestSchema.TYPES, JsonStyle.COMPACT).toJson(any))
        .isEqualTo("{\"@type\":\"t/jsontest.two.Closed\",\"@value\":\"GgA=\"}");
  }

  private static FieldDescriptor any(int number) {
    return TestSchema.type("google.protobuf.Any").findFieldByNumber(number);
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(bytes.length);
    byte[] result = bytes.clone();
    switch (random.nextInt(4)) {
      case 0 -> result[at] = (byte) random.nextInt();
      case 1 -> result[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> {
        // Duplicated, as with repeated map entries or several members of a oneof.
        result = new byte[2 * bytes.length];
        System.arraycopy(bytes, 0, result, 0, bytes.length);
        System.arraycopy(bytes, 0, result, bytes.length, bytes.length);
      }
      default -> result = Arrays.copyOf(bytes, at);
    }
    return result;
  }

  /** Returns fields of the message in random order and number, most with their own wire type. */
  private static byte[] fields(Descriptor type, Random random, int depth) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    List<FieldDescriptor> fields = type.getFields();
    for (int i = random.nextInt(6); i > 0; i--) {
      if (fields.isEmpty() || random.nextInt(20) == 0) {
        out.writeInt32(1 + random.nextInt(200), random.nextInt());
        continue;
      }
      FieldDescriptor field = fields.get(random.nextInt(fields.size()));
      int number = field.getNumber();
      switch (field.getLiteType().getWireType()) {
        case WireFormat.WIRETYPE_VARINT -> out.writeUInt64(number, varint(random));
        case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32(number, random.nextInt());
        case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64(number, random.nextLong());
        case WireFormat.WIRETYPE_START_GROUP -> {
          out.writeTag(number, WireFormat.WIRETYPE_START_GROUP);
          out.writeRawBytes(
              depth > 4 ? new byte[0] : fields(field.getMessageType(), random, depth + 1));
          out.writeTag(number, WireFormat.WIRETYPE_END_GROUP);
        }
        default -> out.writeByteArray(number, content(field, random, depth));
      }
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static long varint(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> -1;
      default -> random.nextInt(8);
    };
  }

  private static byte[] content(FieldDescriptor field, Random random, int depth)
      throws IOException {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      return depth > 4 ? new byte[0] : fields(field.getMessageType(), random, depth + 1);
    }
    return switch (random.nextInt(8)) {
      case 0 -> "@value".getBytes(UTF_8);
      case 1 -> "value".getBytes(UTF_8);
      case 2 -> "t/google.protobuf.Value".getBytes(UTF_8);
      case 3 -> "t/jsontest.two.Closed".getBytes(UTF_8);
      case 4 -> new byte[] {(byte) 0xff, (byte) random.nextInt()};
      case 5 -> "EQAAAAAAAPh/".getBytes(UTF_8);
      case 6 -> ByteString.copyFromUtf8("a_b.c1_é").toByteArray();
      default -> new byte[0];
    };
  }
}
