package dev.grpcos.gateway.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests bytes fields that hold messages, in JSON that is read and written, and in arguments. */
final class EncodedFieldsTest {
  private static final char NO_QUOTE = '`';

  /** A message with a map of bytes, and a message inside. */
  private static final String ENVELOPES =
      """
      name: "envelopes.proto"
      syntax: "proto3"
      message_type {
        name: "Envelope"
        field { name: "raw_data" number: 1 type: TYPE_BYTES label: LABEL_OPTIONAL json_name: "rawData" }
        field { name: "parts" number: 2 type: TYPE_MESSAGE type_name: ".Envelope.PartsEntry" label: LABEL_REPEATED }
        field { name: "inner" number: 3 type: TYPE_MESSAGE type_name: ".Envelope" label: LABEL_OPTIONAL }
        field { name: "list" number: 4 type: TYPE_MESSAGE type_name: ".Envelope" label: LABEL_REPEATED }
        field { name: "blobs" number: 5 type: TYPE_BYTES label: LABEL_REPEATED }
        field { name: "text" number: 6 type: TYPE_STRING label: LABEL_OPTIONAL }
        nested_type {
          name: "PartsEntry"
          field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
          field { name: "value" number: 2 type: TYPE_BYTES label: LABEL_OPTIONAL }
          options { map_entry: true }
        }
      }
      """;

  private static final Descriptor ENVELOPE = envelope();
  private static final String SMALL = "jsontest.Small";

  private static Descriptor envelope() {
    try {
      FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
      TextFormat.merge(ENVELOPES, file);
      FileDescriptor linked = FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]);
      return Objects.requireNonNull(linked.findMessageTypeByName("Envelope"));
    } catch (TextFormat.ParseException | DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Descriptor type(String name) {
    return name.equals("Envelope") ? ENVELOPE : TestSchema.type(name);
  }

  /** Returns the fields for {@code PATH=MESSAGE} words. */
  private static EncodedFields fields(String declarations, List<String> unreadable) {
    EncodedFields fields = new EncodedFields();
    for (String declaration : declarations.split(" ", -1)) {
      String[] parts = declaration.split("=", -1);
      fields.add(
          Position.in("here"),
          ENVELOPE,
          parts[0],
          TestSchema.TYPES,
          type(parts[1]),
          () -> unreadable.add(parts[0]));
    }
    return fields;
  }

  private static DynamicMessage read(String json, EncodedFields fields) {
    JsonReader reader =
        new JsonReader(new ByteArrayInputStream(json.getBytes(UTF_8)), "input", 10_000, false);
    return Objects.requireNonNull(
        new RequestReader(ENVELOPE, TestSchema.TYPES, false, fields).next(reader));
  }

  private static String write(DynamicMessage message, EncodedFields fields, JsonStyle style) {
    return new ResponseWriter(TestSchema.TYPES, style, fields).toJson(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "rawData=jsontest.Small | {\"rawData\":{\"message\":\"a\"}} | {\"rawData\":\"CgFh\"}",
        "raw_data=jsontest.Small | {\"rawData\":{\"message\":\"a\"}} | {\"rawData\":\"CgFh\"}",
        "inner.rawData=jsontest.Small |"
            + " {\"rawData\":\"AA==\",\"inner\":{\"rawData\":{\"number\":\"1\"}}} |"
            + " {\"rawData\":\"AA==\",\"inner\":{\"rawData\":\"EAE=\"}}",
        "list.blobs=jsontest.Small |"
            + " {\"list\":[{\"blobs\":[{\"number\":\"1\"},{\"number\":\"2\"}]},{}]} |"
            + " {\"list\":[{\"blobs\":[\"EAE=\",\"EAI=\"]},{}]}",
        "parts=jsontest.Small | {\"parts\":{\"a\":{\"number\":\"1\"},\"b\":{\"number\":\"2\"}}} |"
            + " {\"parts\":{\"a\":\"EAE=\",\"b\":\"EAI=\"}}",
        "rawData=Envelope rawData.rawData=jsontest.Small |"
            + " {\"rawData\":{\"rawData\":{\"message\":\"a\"}}} | {\"rawData\":\"CgMKAWE=\"}",
        "rawData=google.protobuf.Timestamp | {\"rawData\":\"1970-01-01T00:00:01Z\"} |"
            + " {\"rawData\":\"CAE=\"}",
        "rawData=google.protobuf.StringValue | {\"rawData\":\"a\"} | {\"rawData\":\"CgFh\"}",
        "rawData=google.protobuf.Struct | {\"rawData\":{\"a\":null}} |"
            + " {\"rawData\":\"CgcKAWESAggA\"}",
        "rawData=jsontest.Everything |"
            + " {\"rawData\":{\"bytesField\":\"AA==\",\"child\":{\"bytesField\":\"AQ==\"}}} |"
            + " {\"rawData\":\"egEAigEDegEB\"}",
      })
  void messageIsReadAndWrittenAsJson(String declarations, String json, String plain) {
    EncodedFields fields = fields(declarations, new ArrayList<>());
    DynamicMessage message = read(json, fields);
    assertThat(write(message, EncodedFields.NONE, JsonStyle.COMPACT)).isEqualTo(plain);
    assertThat(write(message, fields, JsonStyle.COMPACT)).isEqualTo(json);
  }

  @Test
  void bytesThatAreNoMessageStayBase64AndCanBeReadBack() {
    List<String> unreadable = new ArrayList<>();
    EncodedFields fields = fields("rawData=" + SMALL + " blobs=" + SMALL, unreadable);
    String json = "{\"rawData\":\"/w==\",\"blobs\":[{\"number\":\"1\"},\"/w==\"]}";
    DynamicMessage message = read(json, fields);
    assertThat(unreadable).isEmpty();
    assertThat(write(message, fields, JsonStyle.COMPACT)).isEqualTo(json);
    assertThat(unreadable).containsExactly("rawData", "blobs");
  }

  @Test
  void messageThatIsNestedTooDeepStaysBase64() {
    String json = "{\"bytesField\":\"AA==\"}";
    for (int i = 0; i < 120; i++) {
      json = "{\"child\":" + json + "}";
    }
    List<String> unreadable = new ArrayList<>();
    EncodedFields fields = fields("rawData=jsontest.Everything", unreadable);
    DynamicMessage message = read("{\"rawData\":" + json + "}", fields);
    assertThat(write(message, fields, JsonStyle.COMPACT)).startsWith("{\"rawData\":\"");
    assertThat(unreadable).hasSize(1);
  }

  @Test
  void styleAppliesToTheContent() {
    EncodedFields fields = fields("rawData=" + SMALL, new ArrayList<>());
    DynamicMessage message = read("{\"rawData\":{\"message\":\"a\"}}", fields);
    assertThat(write(message, fields, new JsonStyle(true, true, false, true)))
        .startsWith("{\n  \"raw_data\": {\n    \"message\": \"a\",\n    \"number\": \"0\"\n  },\n");
  }

  @Test
  void contentOfAnAnyIsNotAPlaceOnAPath() {
    EncodedFields fields = new EncodedFields();
    Descriptor everything = TestSchema.type("jsontest.Everything");
    fields.add(
        Position.in("here"),
        everything,
        "bytesField",
        TestSchema.TYPES,
        TestSchema.type(SMALL),
        () -> {});
    String json = "{\"any\":{\"@type\":\"t/jsontest.Everything\",\"bytesField\":\"EAE=\"}}";
    JsonReader reader =
        new JsonReader(new ByteArrayInputStream(json.getBytes(UTF_8)), "input", 10_000, false);
    DynamicMessage message =
        Objects.requireNonNull(
            new RequestReader(everything, TestSchema.TYPES, false, fields).next(reader));
    assertThat(write(message, fields, JsonStyle.COMPACT)).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "rawDat=jsontest.Small     | here: no field \"rawDat\" in Envelope; did you mean"
            + " 'rawData'?",
        "text=jsontest.Small       | here: text is not a bytes field, so it cannot hold a message",
        "inner=jsontest.Small      | here: inner is not a bytes field, so it cannot hold a message",
        "text.a=jsontest.Small     | here: text is not a message, so it has no fields",
        "rawData.a=jsontest.Small  | here: rawData is not a message, so it has no fields",
        "blobs[0]=jsontest.Small   | here: blobs[0] has an index: leave it out, as the path is that"
            + " of each element",
        "parts.a=jsontest.Small    | here: parts is not a message, so it has no fields",
        "rawData=jsontest.Small rawData=jsontest.Small | here: rawData is given twice",
        "rawData=google.protobuf.Any rawData.value=jsontest.Small | here: rawData is written as a"
            + " whole, as an object with \"@type\"",
      })
  void pathsOfOtherFieldsAreErrors(String declarations, String message) {
    assertThatThrownBy(() -> fields(declarations, new ArrayList<>()))
        .isInstanceOf(JsonException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "{\"rawData\":{\"mesage\":\"a\"}} | input line 1, column 13: rawData: no field \"mesage\""
            + " in jsontest.Small; did you mean 'message'?",
        "{\"rawData\":5}                  | input line 1, column 12: rawData: expected an object,"
            + " got 5",
        "{\"rawData\":\"?\"}              | input line 1, column 12: rawData: expected bytes as"
            + " base64, got the string \"?\"",
      })
  void invalidContentIsReportedWithItsPosition(String json, String message) {
    assertThatThrownBy(() -> read(json, fields("rawData=" + SMALL, new ArrayList<>())))
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "rawData.message=a rawData.number=1         |"
            + " {\"rawData\":{\"message\":\"a\",\"number\":\"1\"}}",
        "rawData:={\"number\":1}                    | {\"rawData\":{\"number\":\"1\"}}",
        "blobs[0].number=1 blobs[1].number=2        |"
            + " {\"blobs\":[{\"number\":\"1\"},{\"number\":\"2\"}]}",
        "parts.k.number=1                           | {\"parts\":{\"k\":{\"number\":\"1\"}}}",
        "inner.text=x                               | {\"inner\":{\"text\":\"x\"}}",
      })
  void argumentsGiveTheFieldsOfTheMessage(String arguments, String json) throws IOException {
    EncodedFields fields =
        fields("rawData=" + SMALL + " blobs=" + SMALL + " parts=" + SMALL, new ArrayList<>());
    DynamicMessage message =
        new FieldArguments(
                ENVELOPE,
                TestSchema.TYPES,
                file -> {
                  throw new IOException("no file");
                },
                fields,
                1000)
            .read(List.of(arguments.split(" ", -1)));
    assertThat(write(message, fields, JsonStyle.COMPACT)).isEqualTo(json);
  }
}
