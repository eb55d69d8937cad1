package dev.grpcos.gateway.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseWriterTest {
  private static final String EVERYTHING = "jsontest.Everything";
  private static final char NO_QUOTE = '`';

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "string_field: \"<a>&='b'\\\\u003c\" | {\"stringField\":\"<a>&='b'\\\\u003c\"}",
        "string_field: \"\\001\\177\\n\"     | {\"stringField\":\"\\u0001\u007f\\n\"}",
        "any { }                             | {\"any\":{}}",
        "any { type_url: \"t/no.Such\" value: \"\\377\" } |"
            + " {\"any\":{\"@type\":\"t/no.Such\",\"@value\":\"/w==\"}}",
        "any { type_url: \"jsontest.Small\" value: \"\" } |"
            + " {\"any\":{\"@type\":\"jsontest.Small\",\"@value\":\"\"}}",
        "any { value: \"x\" }                | {\"any\":{\"@type\":\"\",\"@value\":\"eA==\"}}",
        "any { type_url: \"t/jsontest.Small\" value: \"\\377\" } |"
            + " {\"any\":{\"@type\":\"t/jsontest.Small\",\"@value\":\"/w==\"}}",
        "any { type_url: \"t/jsontest.Small\" value: \"\\020\\001\" } |"
            + " {\"any\":{\"@type\":\"t/jsontest.Small\",\"number\":\"1\"}}",
        "any { type_url: \"t/google.protobuf.Duration\" value: \"\\010\\001\" } |"
            + " {\"any\":{\"@type\":\"t/google.protobuf.Duration\",\"value\":\"1s\"}}",
        "any { type_url: \"t/google.protobuf.Empty\" } |"
            + " {\"any\":{\"@type\":\"t/google.protobuf.Empty\"}}",
        "any { type_url: \"t/google.protobuf.Any\" value: \"\\n"
            + "\\003a/b\" } |"
            + " {\"any\":{\"@type\":\"t/google.protobuf.Any\",\"value\":{\"@type\":\"a/b\",\"@value\":\"\"}}}",
        "anys { type_url: \"t/jsontest.Small\" value: \"\\377\" } anys { type_url:"
            + " \"t/jsontest.Small\" } |"
            + " {\"anys\":[{\"@type\":\"t/jsontest.Small\",\"@value\":\"/w==\"},{\"@type\":\"t/jsontest.Small\"}]}",
        "value { }                           | {\"value\":null}",
      })
  void everyKindOfFieldIsPrinted(String text, String json) throws Exception {
    DynamicMessage message = parse(EVERYTHING, text);
    assertThat(writer(JsonStyle.COMPACT).toJson(message)).isEqualTo(json);
  }

  @Test
  void prettyIsIndentedByTwoSpaces() throws Exception {
    DynamicMessage message =
        parse(
            EVERYTHING,
            "tags: 'a' tags: 'b' labels { key: 'k' value: 'v' } child { } children { bool_field:"
                + " true } any { type_url: 't/x' } ");
    assertThat(writer(new JsonStyle(true, false, false, false)).toJson(message))
        .isEqualTo(
            """
            {
              "child": {},
              "tags": ["a", "b"],
              "children": [{
                "boolField": true
              }],
              "labels": {
                "k": "v"
              },
              "any": {
                "@type": "t/x",
                "@value": ""
              }
            }\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "child { timestamps { } timestamps { seconds: 253402300800 } } |"
            + " {\"child\":{\"timestamps\":[\"1970-01-01T00:00:00Z\",{\"@value\":\"CICD0f+vBw==\"}]}}",
        "duration { seconds: 1 nanos: -1 } | {\"duration\":{\"@value\":\"CAEQ////////////AQ==\"}}",
        "values_by_name { key: 'k' value { number_value: nan } } |"
            + " {\"valuesByName\":{\"k\":{\"@value\":\"EQAAAAAAAPh/\"}}}",
      })
  void valuesWithoutJsonAreBytes(String text, String json) throws Exception {
    assertThat(writer(JsonStyle.COMPACT).toJson(parse(EVERYTHING, text))).isEqualTo(json);
  }

  @Test
  void messageAndLineFeedAreOneWrite() throws Exception {
    List<String> writes = new ArrayList<>();
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new UnsupportedOperationException("one byte at a time");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            writes.add(new String(bytes, offset, length, UTF_8));
          }
        };
    ResponseWriter writer = writer(JsonStyle.COMPACT);
    writer.write(parse("jsontest.Small", "message: '\\303\\251'"), out);
    writer.write(parse("jsontest.Small", "number: 2"), out);
    assertThat(writes).containsExactly("{\"message\":\"é\"}\n", "{\"number\":\"2\"}\n");
  }

  @Test
  void unknownFieldsAreLeftOut() {
    Descriptor type = TestSchema.type("jsontest.Small");
    DynamicMessage message =
        DynamicMessage.newBuilder(type)
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build())
            .build();
    assertThat(writer(JsonStyle.COMPACT).toJson(message)).isEqualTo("{}");
  }

  @Test
  void extensionsFromTheWireAreNamedInBrackets() throws Exception {
    DynamicMessage message =
        DynamicMessage.parseFrom(
            TestSchema.type("jsontest.edition.Modern"),
            parse("jsontest.edition.Modern", "needed: 1 [jsontest.edition.more] { big: 5 }")
                .toByteString(),
            TestSchema.TYPES.extensionRegistry());
    assertThat(writer(JsonStyle.COMPACT).toJson(message))
        .isEqualTo("{\"needed\":1,\"[jsontest.edition.more]\":{\"big\":\"5\"}}");
  }

  @Test
  void extensionsUnknownToTheParserAreNamed() throws Exception {
    DynamicMessage known =
        parse(
            "jsontest.two.Legacy",
            "name: \"n\" [jsontest.two.nick_name]: \"nick\" [jsontest.two.lucky_numbers]: 7"
                + " [jsontest.two.Extra.extra] { rank: 3 }"
                + " inner { name: \"i\" [jsontest.two.other_size]: SIZE_SMALL }");
    DynamicMessage unknown =
        DynamicMessage.parseFrom(known.getDescriptorForType(), known.toByteString());
    assertThat(unknown.getUnknownFields().asMap()).hasSize(3);
    assertThat(writer(JsonStyle.COMPACT).toJson(unknown))
        .isEqualTo(writer(JsonStyle.COMPACT).toJson(known))
        .contains("[jsontest.two.other_size]");
    assertThat(Extensions.namedThroughout(unknown, TestSchema.TYPES)).isEqualTo(known);
  }

  @Test
  void deeplyNestedAnysArePrintedAsBytes() {
    Descriptor any = TestSchema.type("google.protobuf.Any");
    ByteString bytes = ByteString.EMPTY;
    for (int i = 0; i < 3000; i++) {
      bytes =
          DynamicMessage.newBuilder(any)
              .setField(any.findFieldByNumber(1), "t/google.protobuf.Any")
              .setField(any.findFieldByNumber(2), bytes)
              .build()
              .toByteString();
    }
    DynamicMessage message =
        DynamicMessage.newBuilder(any)
            .setField(any.findFieldByNumber(1), "t/google.protobuf.Any")
            .setField(any.findFieldByNumber(2), bytes)
            .build();
    assertThat(writer(JsonStyle.COMPACT).toJson(message)).containsOnlyOnce("@value");
  }

  private static ResponseWriter writer(JsonStyle style) {
    return new ResponseWriter(TestSchema.TYPES, style);
  }

  private static DynamicMessage parse(String type, String text) throws Exception {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(TestSchema.type(type));
    TextFormat.merge(text, TestSchema.TYPES.extensionRegistry(), builder);
    return builder.build();
  }
}
