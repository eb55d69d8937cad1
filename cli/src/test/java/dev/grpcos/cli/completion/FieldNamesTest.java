package dev.grpcos.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.StructProto;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.MethodResolver;
import dev.grpcos.cli.schema.Protoset;
import dev.grpcos.cli.schema.Schema;
import dev.grpcos.gateway.json.EncodedFields;
import dev.grpcos.gateway.json.FieldArguments;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the offered fields, and that {@code call} accepts them. */
final class FieldNamesTest {
  /**
   * Creates fields of a name, a type with {@code *} if it is repeated, and optionally a JSON name.
   */
  private static final List<String> FIELDS =
      List.of(
          "num TYPE_INT32",
          "on TYPE_BOOL",
          "node .t.Node",
          "nodes .t.Node*",
          "tags TYPE_STRING*",
          "kids .t.Node.KidsEntry*",
          "names .t.Node.NamesEntry*",
          "any .google.protobuf.Any",
          "ts .google.protobuf.Timestamp",
          "times .google.protobuf.Timestamp*",
          "ws .google.protobuf.StringValue",
          "v .google.protobuf.Value",
          "st .google.protobuf.Struct",
          "lv .google.protobuf.ListValue",
          "bare .t.Bare",
          "dotted TYPE_STRING a.b",
          "spaced TYPE_STRING a b",
          "equal TYPE_STRING a=b",
          "colon TYPE_STRING a:",
          "some_name TYPE_STRING some-name",
          // one field's proto name is the other's JSON name; the other's proto name cannot be an
          // argument
          "taken TYPE_STRING x.y",
          "other TYPE_STRING taken");

  private static final Map<String, String> SAMPLES =
      Map.of(
          "int32", "1",
          "bool", "true",
          "string", "x",
          "StringValue", "x",
          "Timestamp", "2026-01-31T12:00:00Z",
          "ListValue", "[]",
          "Any", "{\"@type\":\"t/google.protobuf.Timestamp\",\"value\":\"2026-01-31T12:00:00Z\"}");

  private static Schema schema;

  @BeforeAll
  static void link() throws Exception {
    StringBuilder text =
        new StringBuilder("name: 't.proto' package: 't' syntax: 'proto3' dependency: [");
    FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
    for (var file :
        List.of(
            AnyProto.getDescriptor(),
            StructProto.getDescriptor(),
            TimestampProto.getDescriptor(),
            WrappersProto.getDescriptor())) {
      text.append(set.getFileCount() == 0 ? "'" : ",'").append(file.getName()).append('\'');
      set.addFile(file.toProto());
    }
    text.append("] message_type { name: 'Bare' } message_type { name: 'Node'");
    for (int i = 0; i < FIELDS.size(); i++) {
      String[] field = FIELDS.get(i).split(" ", 3);
      text.append(field(i + 1, field[0], field[1]));
      text.append(field.length < 3 ? "}" : " json_name: '" + field[2] + "' }");
    }
    text.append(field(50, "left", "TYPE_STRING")).append(" oneof_index: 0 }");
    text.append(field(51, "right", ".t.Bare")).append(" oneof_index: 0 }");
    text.append(" oneof_decl { name: 'side' }");
    text.append(entry("KidsEntry", ".t.Node")).append(entry("NamesEntry", "TYPE_BOOL"));
    text.append("} service { name: 'S'");
    for (String type : List.of("t.Node", "t.Bare", "google.protobuf.Any")) {
      text.append(method(type));
    }
    for (String type : List.of("Timestamp", "Struct", "Value", "ListValue", "BoolValue")) {
      text.append(method("google.protobuf." + type));
    }
    set.addFile(TextFormat.parse(text + "}", FileDescriptorProto.class));
    schema =
        LinkedSchema.of(
            Protoset.read(new ByteArrayInputStream(set.build().toByteArray()), "t.binpb"));
  }

  private static String field(int number, String name, String type) {
    String one = type.replace("*", "");
    return " field { name: '%s' number: %d label: LABEL_%s %s"
        .formatted(
            name,
            number,
            type.equals(one) ? "OPTIONAL" : "REPEATED",
            one.startsWith(".") ? "type: TYPE_MESSAGE type_name: '" + one + "'" : "type: " + one);
  }

  private static String entry(String name, String value) {
    return " nested_type { name: '%s' options { map_entry: true }%s }%s } }"
        .formatted(name, field(1, "key", "TYPE_STRING"), field(2, "value", value));
  }

  private static String method(String type) {
    return " method { name: '%s' input_type: '.%s' output_type: '.t.Bare' }"
        .formatted(type.substring(type.lastIndexOf('.') + 1), type);
  }

  @Test
  void fieldsAreOfferedInTheFormThatCallAccepts() throws Exception {
    assertThat(texts("Node", ""))
        .containsExactly(
            "num=",
            "on=",
            "node.",
            "nodes:=",
            "tags=",
            "kids.",
            "names.",
            "any:=",
            "ts=",
            "times=",
            "ws=",
            "v:=",
            "st:=",
            "lv:=",
            "bare:=",
            "dotted=",
            "spaced=",
            "equal=",
            "colon=",
            "some-name=",
            "taken=",
            "left=",
            "right:=");
    assertThat(texts("BoolValue", "")).containsExactly("value=");
    for (String place : List.of("", "node.", "node.node.", "kids.some key.", "kids.k.node.")) {
      for (Candidate candidate : names("Node", place)) {
        if (!candidate.text().endsWith(".")) {
          read("Node", candidate.text() + sample(candidate));
        }
      }
    }
    read("BoolValue", "value=true");
    read("Node", "names.k=true", "kids.k.kids.l.num=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "any.", "any.typeUrl=", "ts.", "ts.seconds=", "ws.", "v.", "v.boolValue=", "st.", "lv.",
        "nodes.", "nodes.on=", "times.", "bare.", "kids.", "names.", "names.k", "names.k.", "a.",
        "a.b", "[t.x", "node.[t.x", ".", "none.", "on:="
      })
  void nothingIsOfferedWhereCallAcceptsNoField(String word) {
    assertThat(names("Node", word)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Any", "Timestamp", "Struct", "Value", "ListValue", "Bare"})
  void nothingIsOfferedForARequestWithoutFields(String method) {
    assertThat(names(method, "")).isEmpty();
  }

  /** In an entry, {@code :=} would make everything after the map's name the key. */
  @Test
  void onlyTextIsOfferedInAMapEntry() {
    assertThat(texts("Node", "kids.k."))
        .contains("kids.k.num=", "kids.k.node.", "kids.k.kids.")
        .noneMatch(text -> text.endsWith(":="));
    assertThat(texts("Node", "names.a.b=")).containsExactly("names.a.b=true", "names.a.b=false");
  }

  @Test
  void namesAreOfferedAsTheyAreTyped() {
    assertThat(texts("Node", "some_")).containsExactly("some_name=");
    assertThat(texts("Node", "node.some")).containsExactly("node.some-name=");
    assertThat(texts("Node", "dot")).containsExactly("dotted=");
  }

  @ParameterizedTest
  @CsvSource({
    "num=1,            num",
    "some_name=x,      some",
    "node:={},         node.nu",
    "kids:={},         kids",
    "kids.k:={},       kids.k.nu",
    "kids.k.num=1,     kids.k.nu",
    "left=x,           right",
    "right:={},        left",
    "node.left=x,      node.right",
    "names.a=true,     names.a=",
    "on=true,          on=t",
  })
  void fieldsThatCannotBeRepeatedAreNotOfferedAgain(String given, String word) {
    assertThat(names("Node", word)).isNotEmpty();
    assertThat(names("Node", word, given)).isEmpty();
  }

  @Test
  void repeatableFieldsAreOfferedAgain() {
    assertThat(texts("Node", "node", "node:={}")).containsExactly("nodes:=");
    assertThat(texts("Node", "tag", "tags=x")).containsExactly("tags=");
    assertThat(texts("Node", "kid", "kids.k.num=1")).containsExactly("kids.");
    assertThat(texts("Node", "node", "node.num=1", "nodes:={}"))
        .containsExactly("node.", "nodes:=");
    assertThat(texts("Node", "lef", "node.right:={}")).containsExactly("left=");
  }

  private static String sample(Candidate candidate) {
    String type = candidate.description().replace("repeated ", "");
    return SAMPLES.getOrDefault(type, "{}");
  }

  private static void read(String method, String... arguments) {
    new FieldArguments(
            new MethodResolver(schema).method("t.S/" + method).getInputType(),
            schema,
            file -> {
              throw new IOException("no file");
            },
            EncodedFields.NONE,
            1000)
        .read(List.of(arguments));
  }

  private static List<Candidate> names(String method, String word, String... given) {
    return new FieldNames(schema, "t.S/" + method, List.of(given)).names(word);
  }

  private static List<String> texts(String method, String word, String... given) {
    List<String> texts = new ArrayList<>();
    names(method, word, given).forEach(candidate -> texts.add(candidate.text()));
    return texts;
  }
}
