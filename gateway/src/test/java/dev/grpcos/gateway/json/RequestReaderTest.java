package dev.grpcos.gateway.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {
  private static final char NO_QUOTE = '`';

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "{\"int32Field\":-2147483648}           | int32_field: -2147483648",
        "{\"int32Field\":2147483647}            | int32_field: 2147483647",
        "{\"int32_field\":\"12\"}               | int32_field: 12",
        "{\"int32Field\":1.0}                   | int32_field: 1",
        "{\"int32Field\":1e3}                   | int32_field: 1000",
        "{\"int32Field\":100e-2}                | int32_field: 1",
        "{\"int32Field\":-0}                    | ``",
        "{\"int64Field\":\"-9223372036854775808\"} | int64_field: -9223372036854775808",
        "{\"int64Field\":9223372036854775807}   | int64_field: 9223372036854775807",
        "{\"uint32Field\":4294967295}           | uint32_field: 4294967295",
        "{\"uint64Field\":\"18446744073709551615\"} | uint64_field: 18446744073709551615",
        "{\"uint64Field\":1e19}                 | uint64_field: 10000000000000000000",
        "{\"sint64Field\":-1}                   | sint64_field: -1",
        "{\"fixed32Field\":1}                   | fixed32_field: 1",
        "{\"sfixed64Field\":1}                  | sfixed64_field: 1",
        "{\"floatField\":3.4028235e38}          | float_field: 3.4028235E38",
        "{\"floatField\":\"NaN\"}               | float_field: nan",
        "{\"doubleField\":\"-Infinity\"}        | double_field: -inf",
        "{\"doubleField\":\"1.5\"}              | double_field: 1.5",
        "{\"doubleField\":1e-999}               | ``",
        "{\"boolField\":true}                   | bool_field: true",
        "{\"stringField\":\"5\"}                | string_field: \"5\"",
        "{\"stringField\":null,\"tags\":null,\"labels\":null,\"child\":null} | ``",
        "{\"bytesField\":\"-_8\"}               | bytes_field: \"\\373\\377\"",
        "{\"bytesField\":\"+/8=\"}              | bytes_field: \"\\373\\377\"",
        "{\"bytesField\":\"-_8=\"}              | bytes_field: \"\\373\\377\"",
        "{\"colour\":\"COLOUR_VERDANT\"}        | colour: COLOUR_VERDANT",
        "{\"colour\":-1}                        | colour: COLOUR_INFRARED",
        "{\"colour\":99}                        | colour: 99",
        "{\"other-name\":\"x\"}                 | renamed: \"x\"",
        "{\"renamed\":\"x\"}                    | renamed: \"x\"",
        "{\"maybeInt32\":0}                     | maybe_int32: 0",
        "{\"byBool\":{\"true\":1}}              | by_bool { key: true value: 1 }",
        "{\"value\":null}                       | value { null_value: NULL_VALUE }",
        "{\"nothing\":null}                     | nothing: NULL_VALUE",
        "{\"nothing\":\"NULL_VALUE\"}           | nothing: NULL_VALUE",
        "{\"anything\":null}                    | anything { null_value: NULL_VALUE }",
        "{\"text\":null,\"number\":1}           | number: 1",
        "{\"values\":[null,1]}                  | values { null_value: NULL_VALUE } values {"
            + " number_value: 1.0 }",
        "{\"stringWrapper\":null}               | ``",
        "{\"stringWrapper\":\"\"}               | string_wrapper { }",
        "{\"uint64Wrapper\":\"7\"}              | uint64_wrapper { value: 7 }",
        "{\"timestamp\":\"1970-01-01T01:00:00.5+01:00\"} | timestamp { nanos: 500000000 }",
        "{\"timestamp\":\"2024-02-29T23:59:59-00:00\"} | timestamp { seconds: 1709251199 }",
        "{\"timestamp\":\"9999-12-31T23:59:59.999999999Z\"} | timestamp { seconds: 253402300799"
            + " nanos: 999999999 }",
        "{\"timestamp\":{\"@value\":\"CICAqNa5Bw==\"}} | timestamp { seconds: 256000000000 }",
        "{\"duration\":{\"@value\":\"CAEQ////////////AQ==\"}} | duration { seconds: 1 nanos: -1 }",
        "{\"duration\":\"-315576000000s\"} | duration { seconds: -315576000000 }",
        "{\"duration\":\"00000000000000000001s\"} | duration { seconds: 1 }",
        "{\"duration\":\"-1.5s\"}               | duration { seconds: -1 nanos: -500000000 }",
        "{\"fieldMask\":\"a.bC,d\"}             | field_mask { paths: \"a.b_c\" paths: \"d\" }",
        "{\"empty\":{}}                         | empty { }",
        "{\"any\":{}}                           | any { }",
        "{\"struct\":{\"a\":[1,{}]}}            | struct { fields { key: \"a\" value { list_value {"
            + " values { number_value: 1.0 } values { struct_value { } } } } } }",
      })
  void everythingThatProtoJsonPermitsIsRead(String json, String text) throws Exception {
    Descriptor type = TestSchema.type("jsontest.Everything");
    DynamicMessage.Builder expected = DynamicMessage.newBuilder(type);
    TextFormat.merge(text, expected);
    assertThat(read("jsontest.Everything", json)).isEqualTo(expected.build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "{\"stringField\":5}          | line 1, column 16: stringField: expected a string, got 5",
        "{\"stringField\":true}       | stringField: expected a string, got true",
        "{\"stringField\":{}}         | stringField: expected a string, got an object",
        "{\"boolField\":\"true\"}     | boolField: expected true or false, got the string \"true\"",
        "{\"boolField\":1}            | boolField: expected true or false, got 1",
        "{\"int32Field\":2147483648}  | int32Field: expected an int32 from -2147483648 to"
            + " 2147483647, got 2147483648",
        "{\"int32Field\":1.5}         | int32Field: expected an int32, a whole number, got 1.5",
        "{\"int32Field\":1e999999999} | int32Field: expected an int32 from",
        "{\"int32Field\":1e99999999999999} | int32Field: expected an int32 from",
        "{\"int32Field\":1e-999999999} | int32Field: expected an int32, a whole number",
        "{\"int32Field\":\"\"}        | int32Field: expected an int32, got the string \"\"",
        "{\"int32Field\":\" 1\"}      | int32Field: expected an int32, got the string \" 1\"",
        "{\"int32Field\":\"0x1\"}     | int32Field: expected an int32",
        "{\"int32Field\":\"01\"}      | int32Field: expected an int32",
        "{\"int32Field\":true}        | int32Field: expected an int32, got true",
        "{\"uint32Field\":-1}         | uint32Field: expected a uint32 from 0 to 4294967295, got"
            + " -1",
        "{\"uint32Field\":4294967296} | uint32Field: expected a uint32 from 0",
        "{\"uint64Field\":-1}         | uint64Field: expected a uint64 from 0 to"
            + " 18446744073709551615, got -1",
        "{\"uint64Field\":18446744073709551616} | uint64Field: expected a uint64 from",
        "{\"int64Field\":9223372036854775808} | int64Field: expected an int64 from",
        "{\"sfixed32Field\":99999999999} | sfixed32Field: expected a sfixed32 from",
        "{\"floatField\":3.5e38}      | floatField: expected a number in the range of a float, got"
            + " 3.5e38",
        "{\"doubleField\":1e309}      | doubleField: expected a number in the range of a double",
        "{\"doubleField\":\"inf\"}    | doubleField: expected a double, \"NaN\"",
        "{\"bytesField\":\"a\"}       | bytesField: expected bytes as base64, got the string \"a\"",
        "{\"bytesField\":\"+_8=\"}    | bytesField: expected bytes as base64",
        "{\"bytesField\":\"é\"}       | bytesField: expected bytes as base64",
        "{\"bytesField\":[1]}         | bytesField: expected bytes as a base64 string, got an"
            + " array",
        "{\"colour\":\"COLOUR_REDD\"} | colour: no value \"COLOUR_REDD\" in the enum"
            + " jsontest.Colour; did you mean 'COLOUR_RED'?",
        "{\"colour\":\"1\"}           | colour: no value \"1\"",
        "{\"colour\":1.5}             | colour: expected an enum's number, a whole number, got 1.5",
        "{\"strngField\":\"\"}        | column 2: no field \"strngField\" in jsontest.Everything;"
            + " did you mean 'stringField'?",
        "{\"zzz\":\"\"}               | no field \"zzz\" in jsontest.Everything",
        "{\"stringField\":\"\",\"string_field\":\"\"} | column 19: string_field: given twice",
        "{\"text\":\"\",\"number\":1} | number: only one of the oneof choice can be given, and text"
            + " is",
        "{\"tags\":\"x\"}             | tags: expected an array, got the string \"x\"",
        "{\"tags\":[\"x\",null]}      | tags[1]: an element cannot be null",
        "{\"labels\":[]}              | labels: expected an object, got an array",
        "{\"labels\":{\"k\":null}}    | labels[\"k\"]: a map's value cannot be null",
        "{\"labels\":{\"a\\\"b\":5}}  | labels[\"a\\\"b\"]: expected a string, got 5",
        "{\"byInt32\":{\"01\":\"\"}}  | byInt32[\"01\"]: not a key of this map: expected an int32",
        "{\"byInt32\":{\"1\":\"\",\"1.0\":\"\"}} | byInt32[\"1.0\"]: the same key as one before it",
        "{\"byBool\":{\"yes\":1}}     | byBool[\"yes\"]: not a key of this map",
        "{\"child\":{\"children\":[{},{\"byName\":{\"k\":{\"child\":5}}}]}} |"
            + " child.children[1].byName[\"k\"].child: expected an object, got 5",
        "{\"timestamp\":\"yesterday\"} | timestamp: expected a timestamp such as",
        "{\"timestamp\":\"2024-99-99T99:99:99Z\"} | timestamp: there is no such day or time as"
            + " \"2024-99-99T99:99:99Z\"",
        "{\"timestamp\":\"2024-02-30T00:00:00Z\"} | timestamp: there is no such day or time as"
            + " \"2024-02-30T00:00:00Z\"",
        "{\"timestamp\":\"2023-02-29T00:00:00Z\"} | timestamp: there is no such day or time as"
            + " \"2023-02-29T00:00:00Z\"",
        "{\"timestamp\":\"2024-01-01T24:00:00Z\"} | timestamp: there is no such day or time as"
            + " \"2024-01-01T24:00:00Z\"",
        "{\"timestamp\":\"2024-01-01T00:00:60Z\"} | timestamp: there is no such day or time as"
            + " \"2024-01-01T00:00:60Z\"",
        "{\"timestamp\":\"2024-01-01T00:00:00+99:99\"} | timestamp: there is no such day or time as"
            + " \"2024-01-01T00:00:00+99:99\"",
        "{\"timestamp\":\"2024-1-1T0:0:0Z\"} | timestamp: expected a timestamp such as",
        "{\"timestamp\":\"2024-01-01T00:00:00.Z\"} | timestamp: expected a timestamp such as",
        "{\"timestamp\":\"2024-01-01T00:00Z\"} | timestamp: expected a timestamp such as",
        "{\"timestamp\":\"2024-01-01t00:00:00z\"} | timestamp: expected a timestamp such as",
        "{\"timestamp\":\"2024-01-01 00:00:00Z\"} | timestamp: expected a timestamp such as",
        "{\"timestamp\":\"0000-01-01T00:00:00Z\"} | timestamp: out of range: expected a timestamp"
            + " from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z, got the string",
        "{\"timestamp\":\"2024-01-01T00:00:00.0000000001Z\"} | timestamp: expected a timestamp such"
            + " as",
        "{\"timestamp\":\"0001-01-01T00:00:00+01:00\"} | timestamp: out of range: expected a"
            + " timestamp from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z, got the"
            + " string",
        "{\"timestamp\":5}            | timestamp: expected a timestamp such as",
        "{\"timestamp\":\"10000-01-01T00:00:00Z\"} | timestamp: expected a timestamp such as",
        "{\"duration\":\"+5s\"} | duration: expected a duration in seconds such as",
        "{\"duration\":\"5.s\"} | duration: expected a duration in seconds such as",
        "{\"duration\":\".5s\"} | duration: expected a duration in seconds such as",
        "{\"duration\":\"1.0000000001s\"} | duration: expected a duration in seconds such as",
        "{\"duration\":\"--5s\"} | duration: expected a duration in seconds such as",
        "{\"duration\":\"5\"}         | duration: expected a duration in seconds such as",
        "{\"duration\":\"315576000001s\"} | duration: out of range: expected a duration from"
            + " -315576000000s to 315576000000s, got the string",
        "{\"duration\":\"-315576000001s\"} | duration: out of range: expected a duration from"
            + " -315576000000s to 315576000000s, got the string",
        "{\"duration\":\"99999999999999999999s\"} | duration: out of range: expected a duration"
            + " from -315576000000s to 315576000000s, got the string",
        "{\"fieldMask\":\"a_b\"}      | fieldMask: the path \"a_b\" is not in lowerCamelCase; write"
            + " aB",
        "{\"empty\":{\"a\":1}}        | no field \"a\" in google.protobuf.Empty",
        "{\"struct\":[]}              | struct: expected an object, got an array",
        "{\"value\":1e999}            | value: expected a number in the range of a double",
        "{\"listValue\":{}}           | listValue: expected an array",
        "{\"int32Wrapper\":\"x\"}     | int32Wrapper: expected an int32",
        "{\"any\":{\"a\":1}}          | any: an Any needs \"@type\"",
        "{\"any\":{\"@type\":5}}      | any: expected \"@type\" as a string, got 5",
        "{\"any\":{\"@type\":\"x\"}}  | any: \"x\" is not a type URL",
        "{\"any\":{\"@type\":\"t/no.Such\",\"a\":1}} | any: no type \"no.Such\" in the schema: give"
            + " its bytes as \"@value\"",
        "{\"any\":{\"@type\":\"t/no.Such\",\"@value\":\"\",\"a\":1}} | unexpected \"a\" beside"
            + " \"@value\"",
        "{\"any\":{\"@type\":\"t/no.Such\",\"@value\":5}} | any.@value: expected bytes",
        "{\"any\":{\"@type\":\"t/google.protobuf.Duration\"}} | any: expected \"value\" with a"
            + " duration",
        "{\"any\":{\"@type\":\"t/jsontest.Small\",\"number\":\"x\"}} | any.number: expected an"
            + " int64",
        "{\"[no.ext]\":1}             | no extension \"[no.ext]\" of jsontest.Everything",
      })
  void invalidValuesAreRefusedWithTheirPath(String json, String message) {
    assertRefused("jsontest.Everything", json, message);
  }

  @Test
  void closedEnumsAcceptOnlyTheirNumbers() {
    assertRefused(
        "jsontest.two.Legacy",
        "{\"name\":\"\",\"size\":9}",
        "size: no value of number 9 in the closed enum jsontest.two.Size");
    assertRefused(
        "jsontest.edition.Modern",
        "{\"needed\":1,\"moods\":[0,7]}",
        "moods[1]: no value of number 7");
    assertThat(
            read("jsontest.edition.Modern", "{\"needed\":1,\"mood\":1,\"weather\":7}").toString())
        .isEqualTo("needed: 1\nmood: MOOD_CROSS\nweather: 7\n");
  }

  @Test
  void requiredFieldsMustBePresent() {
    assertRefused("jsontest.two.Legacy", "{}", "column 1: name: required, but not given");
    assertRefused("jsontest.two.Legacy", "{\"name\":null}", "name: required, but not given");
    assertRefused(
        "jsontest.two.Legacy",
        "{\"name\":\"\",\"detail\":{\"note\":\"\"}}",
        "column 21: detail.rank: required, but not given");
    assertRefused(
        "jsontest.two.Legacy",
        "{\"name\":\"\",\"[jsontest.two.Extra.extra]\":{}}",
        "[jsontest.two.Extra.extra].rank: required");
    assertRefused("jsontest.edition.Modern", "{}", "needed: required");
  }

  @Test
  void groupsAreMessages() {
    assertThat(
            read(
                "jsontest.two.Legacy",
                "{\"name\":\"n\",\"detail\":{\"rank\":1},\"row\":[{\"cell\":2}]}"))
        .hasToString("name: \"n\"\nDetail {\n  rank: 1\n}\nRow {\n  cell: 2\n}\n");
  }

  @Test
  void jsonNameTakesPrecedenceOverProtoName() {
    assertThat(read("jsontest.Crossed", "{\"b\":\"first\",\"c\":\"second\"}"))
        .hasToString("a: \"first\"\nb: \"second\"\n");
  }

  @Test
  void anyAcceptsTypeInAnyPositionAndUnknownTypesAsBytes() {
    String small = "\"@type\":\"t/jsontest.Small\"";
    assertThat(
            read("jsontest.Everything", "{\"any\":{\"message\":\"m\"," + small + ",\"number\":1}}"))
        .isEqualTo(read("jsontest.Everything", "{\"any\":{" + small + ",\"@value\":\"CgFtEAE\"}}"));
    assertThat(
            read("jsontest.Everything", "{\"any\":{\"@value\":\"AA==\",\"@type\":\"what ever\"}}"))
        .hasToString("any {\n  type_url: \"what ever\"\n  value: \"\\000\"\n}\n");
    String empty = "{\"any\":{\"@type\":\"t/google.protobuf.Empty\"";
    assertThat(read("jsontest.Everything", empty + ",\"value\":{}}}"))
        .isEqualTo(read("jsontest.Everything", empty + "}}"));
  }

  @Test
  void requestWithSpecialJsonIsReadBareAndAsValue() {
    assertThat(read("google.protobuf.StringValue", "\"x\"")).hasToString("value: \"x\"\n");
    assertThat(read("google.protobuf.StringValue", "{\"value\":\"x\"}"))
        .hasToString("value: \"x\"\n");
    assertThat(read("google.protobuf.Duration", "\"3s\"")).hasToString("seconds: 3\n");
    assertThat(read("google.protobuf.Duration", "{\"value\":\"3s\"}")).hasToString("seconds: 3\n");
    assertThat(read("google.protobuf.Int64Value", "5")).hasToString("value: 5\n");
    assertThat(read("google.protobuf.BoolValue", "true")).hasToString("value: true\n");
    assertThat(read("google.protobuf.ListValue", "[true]"))
        .hasToString("values {\n  bool_value: true\n}\n");
    assertThat(read("google.protobuf.Struct", "{}")).hasToString("");
    assertRefused(
        "google.protobuf.Duration", "{}", "expected a duration in seconds such as \"1.5s\"");
    assertRefused("google.protobuf.Duration", "{\"seconds\":3}", "a duration in seconds such as");
    assertRefused("jsontest.Everything", "[]", "expected an object, got an array");
  }

  @Test
  void objectIsAValueUnlessItHasOnlyTheKeyValue() {
    assertThat(read("google.protobuf.Value", "{\"value\":1}")).hasToString("number_value: 1.0\n");
    assertThat(read("google.protobuf.Value", "{\"value\":{\"value\":null}}"))
        .isEqualTo(value("{\"value\":null}"));
    assertThat(read("google.protobuf.Value", "{\"value\":1,\"a\":2}"))
        .isEqualTo(value("{\"value\":1,\"a\":2}"));
    assertThat(read("google.protobuf.Value", "null")).hasToString("null_value: NULL_VALUE\n");
  }

  @Test
  void objectWithBytesKeyIsOrdinaryUnlessItsBytesNeedTheForm() {
    DynamicMessage object = read("google.protobuf.Value", "{\"@value\":\"Zm9v\"}");
    assertThat(object.getAllFields()).hasSize(1);
    assertThat(object.toString()).contains("key: \"@value\"").contains("string_value: \"Zm9v\"");
    assertThat(read("google.protobuf.Value", "{\"@value\":\"EQAAAAAAAPh/\"}"))
        .hasToString("number_value: NaN\n");
  }

  private static Object value(String json) {
    Descriptor type = TestSchema.type("google.protobuf.ListValue");
    return read("google.protobuf.ListValue", "[" + json + "]")
        .getRepeatedField(type.findFieldByNumber(1), 0);
  }

  @Test
  void unknownFieldsCanBeIgnored() {
    assertThat(lenient("{\"none\":{\"x\":1},\"int32Field\":1}")).hasToString("int32_field: 1\n");
    assertThat(lenient("{\"colour\":\"NONE\",\"int32Field\":1}")).hasToString("int32_field: 1\n");
    assertThat(lenient("{\"colours\":[\"NONE\",\"COLOUR_RED\"]}"))
        .hasToString("colours: COLOUR_RED\n");
    assertThat(lenient("{\"byUint64\":{\"1\":\"NONE\",\"2\":\"COLOUR_RED\"}}"))
        .hasToString("by_uint64 {\n  key: 2\n  value: COLOUR_RED\n}\n");
    assertThat(lenient("{\"child\":{\"colour\":\"NONE\"}}")).hasToString("child {\n}\n");
    assertThatThrownBy(() -> lenient("{\"colour\":true}")).hasMessageContaining("colour: expected");
  }

  private static DynamicMessage lenient(String json) {
    return new RequestReader(TestSchema.type("jsontest.Everything"), TestSchema.TYPES, true)
        .read(parse(json));
  }

  @Test
  void nestingIsLimited() {
    int most = RequestReader.MAX_NESTING;
    String deepest = "{\"child\":".repeat(most) + "{}" + "}".repeat(most);
    assertThat(read("jsontest.Everything", deepest).getSerializedSize()).isGreaterThan(most);
    String deeper = "{\"child\":" + deepest + "}";
    assertRefused("jsontest.Everything", deeper, "messages nested more than 300 deep");
    String values = "[".repeat(200) + "]".repeat(200);
    assertRefused("google.protobuf.Value", values, "messages nested more than 300 deep");
  }

  @Test
  void readerContinuesAfterARefusal() {
    RequestReader reader =
        new RequestReader(TestSchema.type("jsontest.Everything"), TestSchema.TYPES);
    assertThatThrownBy(() -> reader.read(parse("{\"child\":{\"int32Field\":\"x\"}}")))
        .hasMessageContaining(": child.int32Field: expected");
    assertThatThrownBy(() -> reader.read(parse("{\"int32Field\":\"x\"}")))
        .hasMessageContaining(": int32Field: expected");
  }

  private static void assertRefused(String type, String json, String message) {
    assertThatThrownBy(() -> read(type, json))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("stdin line 1, column ")
        .hasMessageContaining(message);
  }

  private static DynamicMessage read(String type, String json) {
    return new RequestReader(TestSchema.type(type), TestSchema.TYPES).read(parse(json));
  }

  private static JsonValue parse(String json) {
    return JsonReader.single(new ByteArrayInputStream(json.getBytes(UTF_8)), "stdin", 1 << 20);
  }
}
