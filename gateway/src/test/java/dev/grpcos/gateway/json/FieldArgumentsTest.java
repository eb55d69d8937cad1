package dev.grpcos.gateway.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldArgumentsTest {
  private static final char NO_QUOTE = '`';

  private static final Map<String, byte[]> FILES =
      Map.of(
          "text", "é\n".getBytes(UTF_8),
          "number", "42\n".getBytes(UTF_8),
          "binary", new byte[] {(byte) 0xff, 0},
          "json", "{\"int32Field\": 1}\n".getBytes(UTF_8),
          "broken.json", "{\n  \"int32Field\": x}\n".getBytes(UTF_8),
          "large", new byte[1001]);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "stringField=world                 | string_field: \"world\"",
        "string_field=5                    | string_field: \"5\"",
        "stringField=                      | ``",
        "stringField=a=b=c                 | string_field: \"a=b=c\"",
        "maybeInt32=0                      | maybe_int32: 0",
        "int32Field=3 boolField=true       | int32_field: 3 bool_field: true",
        "uint64Field=18446744073709551615  | uint64_field: 18446744073709551615",
        "doubleField=-Infinity floatField=1e3 | double_field: -inf float_field: 1000",
        "colour=COLOUR_RED                 | colour: COLOUR_RED",
        "colour=-1                         | colour: COLOUR_INFRARED",
        "bytesField=AAE                    | bytes_field: \"AAE\"",
        "bytesField=é=                     | bytes_field: \"\\303\\251=\"",
        "bytesField=@@x                    | bytes_field: \"@x\"",
        "bytesField:=\"AAE\"              | bytes_field: \"\\000\\001\"",
        "blobs=a blobs=b                   | blobs: \"a\" blobs: \"b\"",
        "child.stringField=a child.child.int32Field=1 | child { string_field: \"a\" child {"
            + " int32_field: 1 } }",
        "tags=x tags=y                     | tags: \"x\" tags: \"y\"",
        "tags=x tags:=[\"y\",\"z\"]        | tags: \"x\" tags: \"y\" tags: \"z\"",
        "children:={\"int32Field\":1} children:={} | children { int32_field: 1 } children { }",
        "labels.a=1 labels.b.c=2           | labels { key: \"a\" value: \"1\" } labels { key:"
            + " \"b.c\" value: \"2\" }",
        "byInt32.7=x byUint64.1=COLOUR_RED | by_int32 { key: 7 value: \"x\" } by_uint64 { key: 1"
            + " value: COLOUR_RED }",
        "byName.k.int32Field=1 byName.k.tags=a byName.l.child.int32Field=2 | by_name { key: \"k\""
            + " value { int32_field: 1 tags: \"a\" } } by_name { key: \"l\" value { child {"
            + " int32_field: 2 } } }",
        "byName.k:={\"int32Field\":1}      | by_name { key: \"k\" value { int32_field: 1 } }",
        "labels:={\"a\":\"b\"}             | labels { key: \"a\" value: \"b\" }",
        "stringField:=\"@x\"               | string_field: \"@x\"",
        "child:={\"colour\":1}             | child { colour: COLOUR_RED }",
        "timestamp=1970-01-01T00:00:01Z    | timestamp { seconds: 1 }",
        "duration=3s                       | duration { seconds: 3 }",
        "fieldMask=a,bC                    | field_mask { paths: \"a\" paths: \"b_c\" }",
        "int64Wrapper=0 stringWrapper=x bytesWrapper=AA== | int64_wrapper { } string_wrapper {"
            + " value: \"x\" } bytes_wrapper { value: \"AA==\" }",
        "value=x                           | value { string_value: \"x\" }",
        "struct:={\"a\":1}                 | struct { fields { key: \"a\" value { number_value: 1 }"
            + " } }",
        "empty:={}                         | empty { }",
        "stringField=@text                 | string_field: \"\\303\\251\\n\"",
        "stringWrapper=@text bytesField=@binary | string_wrapper { value: \"\\303\\251\\n"
            + "\" } bytes_field: \"\\377\\000\"",
        "int32Field=@number tags=@text     | int32_field: 42 tags: \"\\303\\251\\n\"",
        "child:=@json                      | child { int32_field: 1 }",
        "children[0].int32Field=1 children[0].tags=a children[0].tags=b"
            + " children[1].child.int32Field=2 | children { int32_field: 1 tags: \"a\" tags: \"b\""
            + " } children { child { int32_field: 2 } }",
        "children[1]:={\"int32Field\":2} children[0].labels.a.b=x | children { labels { key:"
            + " \"a.b\" value: \"x\" } } children { int32_field: 2 }",
        "child.children[0].children[0].int32Field=1 | child { children { children { int32_field: 1"
            + " } } }",
        "tags[1]=b tags[0]=a                | tags: \"a\" tags: \"b\"",
        "byName.k.children[0].int32Field=1  | by_name { key: \"k\" value { children { int32_field:"
            + " 1 } } }",
        "labels.a[0]=x                      | labels { key: \"a[0]\" value: \"x\" }",
      })
  void argumentsDescribeAMessage(String arguments, String text) throws Exception {
    DynamicMessage.Builder expected =
        DynamicMessage.newBuilder(TestSchema.type("jsontest.Everything"));
    TextFormat.merge(text, expected);
    assertThat(read("jsontest.Everything", arguments.split(" "))).isEqualTo(expected.build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = NO_QUOTE,
      value = {
        "world                  | argument \"world\": not the value of a field: write FIELD=VALUE,"
            + " FIELD:=JSON or FIELD=@FILE",
        "=x                     | argument \"=x\": not the value of a field",
        ":=x                    | argument \":=x\": not the value of a field",
        "strngField=x           | argument \"strngField=x\": no field \"strngField\" in"
            + " jsontest.Everything; did you mean 'stringField'?",
        "child.x=1              | no field \"x\" in jsontest.Everything",
        "child.=1               | no field \"\"",
        "int32Field=x           | argument \"int32Field=x\": int32Field: expected an int32, got the"
            + " string \"x\"",
        "boolField=yes          | boolField: expected true or false",
        "colour=COLOUR_BLU      | colour: no value \"COLOUR_BLU\"",
        "int32Field=1 int32_field=2 | argument \"int32_field=2\": int32_field is given twice",
        "child.boolField=true child:={} | argument \"child:={}\": child is given twice",
        "child:={} child.boolField=true | child is given twice, as a whole and in parts",
        "labels.a=1 labels.a=2  | labels.a is given twice",
        "text=a number=1        | only one of the oneof choice",
        "stringField.x=1        | stringField is not a message",
        "tags.x=1               | tags is not a message",
        "children.boolField=true | children is repeated: write children[0].FIELD=VALUE, or each"
            + " element as children:=JSON",
        "timestamp.seconds=1    | timestamp is written as a whole, as a timestamp",
        "timestamp=now          | timestamp: expected a timestamp",
        "children[0].sku=1      | no field \"sku\" in jsontest.Everything",
        "children[1].int32Field=1 | children[1] is given, but not children[0]: number the elements"
            + " from 0",
        "children[0].int32Field=1 children[2]:={} | children[2] is given, but not children[1]",
        "child.children[0].children[3].int32Field=1 | child.children[0].children[3] is given, but"
            + " not child.children[0].children[0]",
        "children[x].int32Field=1 | children[x] is not an element: write the index of one in"
            + " brackets, as in children[0]",
        "children[-1].int32Field=1 | children[-1] is not an element",
        "children[].int32Field=1 | children[] is not an element",
        "children[0.int32Field=1 | children[0 is not an element",
        "children[0]int32Field=1 | children[0]int32Field is not an element",
        "children[99999999].int32Field=1 | children[99999999] is not an element",
        "children[0]=x          | children[0] is a message: write its fields as"
            + " children[0].FIELD=VALUE, or children[0]:=JSON",
        "children[0].int32Field=1 children:={} | children has elements with and without an index:"
            + " use one form for all",
        "children:={} children[0].int32Field=1 | children[0] has elements with and"
            + " without an index",
        "children[0].int32Field=1 children[0].int32Field=2 | children[0].int32Field is given twice",
        "children[0]:={} children[0].int32Field=2 | children[0] is given twice, as a whole and in"
            + " parts",
        "child[0].int32Field=1  | child[0]: the field is not repeated, so it has no index",
        "labels[0]=x            | labels[0]: a map has keys, not indexes",
        "{\"a\":1}             | argument \"{\\\"a\\\":1}\": JSON, where FIELD=VALUE is expected",
        "[{\"a\":1}]           | argument \"[{\\\"a\\\":1}]\": JSON, where FIELD=VALUE is expected",
        "colour=RED             | no value \"RED\" in the enum jsontest.Colour; did you mean"
            + " 'COLOUR_RED'?",
        "colour=purple          | in the enum jsontest.Colour; it has: COLOUR_UNSPECIFIED, COLOUR_",
        "child=x                | child is a message: write its fields as child.FIELD=VALUE, or"
            + " child:=JSON",
        "byName.k=x             | byName.k is a message: write its fields as byName.k.FIELD=VALUE,"
            + " or byName.k:=JSON",
        "byName.k.none=x        | no field \"none\" in jsontest.Everything",
        "struct=x               | struct has no text form: write struct:=JSON",
        "child.children.x=1     | child.children is repeated: write child.children[0].FIELD=VALUE,"
            + " or each element as child.children:=JSON",
        "child.timestamp.nanos=1 | child.timestamp is written as a whole, as a timestamp",
        "child.tags.x=1         | child.tags is not a message",
        "child.child=1          | child.child is a message: write its fields as"
            + " child.child.FIELD=VALUE, or child.child:=JSON",
        "byName.k.child=x       | byName.k.child is a message: write its fields as"
            + " byName.k.child.FIELD=VALUE, or byName.k:=JSON",
        "byName.k.byName.l=x    | write its fields as byName.k.byName.l.FIELD=VALUE, or"
            + " byName.k:=JSON",
        "byName.k.children.x=1  | byName.k.children is repeated: write"
            + " byName.k.children[0].FIELD=VALUE, or the whole entry as byName.k:=JSON",
        "byName.k.any=x         | byName.k.any has no text form: write byName.k:=JSON",
        "child.children=x       | child.children is repeated: write child.children[0].FIELD=VALUE,"
            + " or each element as child.children:=JSON",
        "child.any=x            | child.any has no text form: write child.any:=JSON",
        "child.labels=x         | child.labels is a map: write child.labels.KEY=VALUE",
        "child.[old=1           | argument \"child.[old=1\": the bracket of \"[old\" is not closed:"
            + " write an extension as [pkg.name]",
        "child.[x=@f            | the bracket of \"[x\" is not closed",
        "child.[x:={}           | the bracket of \"[x\" is not closed",
        "child.[a.b]=1          | no extension \"[a.b]\" of jsontest.Everything in the schema",
        "labels=x               | labels is a map: write labels.KEY=VALUE",
        "stringField:=5         | stringField: expected a string, got 5",
        "stringField:=\"a\"b    | line 1, column 4: unexpected 'b', expected nothing after the"
            + " value",
        "stringField:=          | line 1, column 1: empty: a JSON value is expected",
        "child:={\"a\":1,}      | line 1, column 8: a trailing comma",
        "child:=@broken.json    | broken.json line 2, column 17: unexpected 'x'",
        "stringField=@binary    | the file's content is not valid UTF-8",
        "bytesField=@large      | a file of more than 1000 bytes",
      })
  void invalidArgumentsAreUsageErrors(String arguments, String message) {
    assertThatThrownBy(() -> read("jsontest.Everything", arguments.split(" ")))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(message);
  }

  @Test
  void unreadableFileIsALocalFailure() {
    assertThatThrownBy(() -> read("jsontest.Everything", "stringField=@handle"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("handle cannot be read: No such file or directory; for text that");
  }

  @Test
  void extensionsAndGroupsAreSet() {
    assertThat(
            read(
                "jsontest.two.Legacy",
                "name=n",
                "[jsontest.two.nick_name]=x",
                "[jsontest.two.Extra.extra].rank=2",
                "detail.rank=1"))
        .hasToString(
            """
            name: "n"
            Detail {
              rank: 1
            }
            [jsontest.two.nick_name]: "x"
            [jsontest.two.Extra.extra] {
              rank: 2
            }
            """);
    assertThatThrownBy(() -> read("jsontest.two.Legacy"))
        .hasMessage("the FIELD arguments: name: required, but not given");
  }

  @Test
  void typeWithSpecialJsonTakesArgumentsOnlyIfItIsAWrapper() {
    assertThat(read("google.protobuf.StringValue", "value=x")).hasToString("value: \"x\"\n");
    assertThat(read("google.protobuf.Empty")).hasToString("");
    assertThatThrownBy(() -> read("google.protobuf.Struct", "fields.a=1"))
        .hasMessageContaining("google.protobuf.Struct has no fields: write it as a whole");
    assertThatThrownBy(() -> read("google.protobuf.Timestamp", "seconds=5"))
        .hasMessageContaining(
            "write it as a whole, as a timestamp such as \"2026-01-31T12:00:00Z\"")
        .extracting(e -> ((JsonException) e).problem())
        .isEqualTo(JsonException.Problem.WHOLE_REQUEST);
  }

  @Test
  void fieldsThatShareAJsonNameAreSetByTheirProtoNames() {
    assertThat(read("jsontest.two.Twins", "eventType=5", "event_Type=6"))
        .hasToString("eventType: 5\nevent_Type: 6\n");
  }

  private static DynamicMessage read(String type, String... arguments) {
    return new FieldArguments(
            TestSchema.type(type),
            TestSchema.TYPES,
            FieldArgumentsTest::open,
            EncodedFields.NONE,
            1000)
        .read(List.of(arguments));
  }

  private static InputStream open(String file) throws IOException {
    byte[] content = FILES.get(file);
    if (content == null) {
      throw new IOException("No such file or directory");
    }
    return new ByteArrayInputStream(content);
  }
}
