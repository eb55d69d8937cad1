package dev.grpcos.cli.schema;

import static dev.grpcos.cli.schema.ScriptedReflection.file;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.describe.ProtoText;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.JsonReader;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.RequestReader;
import dev.grpcos.gateway.json.ResponseWriter;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests what is repaired in the files of a server's reflection. */
final class RepairedSchemaTest extends ShopFixture {
  /** Returns a file that imports good.proto, which also imports it. */
  private static String circular(String packageName) {
    return """
    name: "other.proto" package: "%s" syntax: "proto3" dependency: "good.proto"
    message_type { name: "Other" field { name: "good" number: 1 label: LABEL_OPTIONAL
      type: TYPE_MESSAGE type_name: ".acme.Good" } }
    enum_type { name: "Mood" value { name: "CALM" number: 0 } }
    """
        .formatted(packageName);
  }

  @Test
  void importCycleInOnePackageIsLinkedAsOneFile() throws Exception {
    server.answer("other.proto", file(circular("acme")));
    Schema schema = server.schema();
    Descriptor other = method(schema, "Poor").getOutputType();
    assertThat(other.findFieldByName("good").getMessageType().findFieldByName("other"))
        .extracting(FieldDescriptor::getMessageType)
        .isSameAs(other);
    List<FileDescriptor> roots = List.of(method(schema, "Poor").getFile());
    schema.requireComplete(roots);
    assertThat(schema.files(roots))
        .extracting(one -> one.linked().getName())
        .containsExactly("good.proto", "other.proto", "shop.proto");
    assertThat(Objects.requireNonNull(schema.file("other.proto")).getPublicDependencies())
        .containsExactly(other.getFile());
  }

  @Test
  void importCycleOfTwoPackagesIsCutAndNamed() throws Exception {
    server
        .answer(
            "acme.Shop",
            file(SHOP.replace("output_type: \".acme.Other\"", "output_type: \".more.Other\"")))
        .answer(
            "good.proto",
            file(GOOD.replace(".acme.Other", ".more.Other").replace(".acme.Mood", ".more.Mood")))
        .answer("other.proto", file(circular("more")));
    Schema schema = server.schema();
    List<FileDescriptor> roots = List.of(method(schema, "Fine").getFile());
    assertThatThrownBy(() -> schema.requireComplete(roots))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("which imports it in turn");
  }

  @Test
  void typeThatIsNotImportedIsFoundByItsName() throws Exception {
    server
        .answer("acme.Shop", file(SHOP.replace("dependency: \"other.proto\"", "")))
        .answer(
            "good.proto",
            file(GOOD.replace("dependency: \"other.proto\"", "dependency: \"no/such.proto\"")))
        .answer("acme.Other", file(OTHER));
    Schema schema = server.schema();
    List<FileDescriptor> roots = List.of(method(schema, "Poor").getFile());
    schema.requireComplete(roots);
    assertThat(schema.files(roots))
        .extracting(one -> one.source().getDependencyList().stream().toList())
        .containsExactly(List.of(), List.of("other.proto"), List.of("good.proto", "other.proto"));
  }

  @Test
  void commonFilesReplaceMissingOnes() throws Exception {
    server.answer(
        "other.proto",
        file(
            """
            name: "other.proto" package: "acme" syntax: "proto3"
            dependency: "google/protobuf/timestamp.proto" dependency: "google/api/http.proto"
            message_type { name: "Other"
              field { name: "at" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                      type_name: ".google.protobuf.Timestamp" }
              field { name: "price" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                      type_name: ".google.type.Money" } }
            enum_type { name: "Mood" value { name: "CALM" number: 0 } }
            """));
    Schema schema = server.schema();
    List<FileDescriptor> roots = List.of(method(schema, "Poor").getFile());
    schema.requireComplete(roots);
    assertThat(schema.files(roots))
        .extracting(one -> one.linked().getName())
        .contains(
            "google/protobuf/timestamp.proto", "google/api/http.proto", "google/type/money.proto");
  }

  @Test
  void mapEntriesGetTheNameThatProtocRequires() throws Exception {
    server.answer(
        "other.proto",
        file(
            """
            name: "other.proto" package: "acme" syntax: "proto3"
            message_type { name: "Other"
              field { name: "labels_x" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE
                      type_name: "Labels_xEntry" }
              nested_type { name: "Labels_xEntry" options { map_entry: true }
                field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
                field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING } } }
            enum_type { name: "Mood" value { name: "CALM" number: 0 } }
            """));
    Descriptor other = method(server.schema(), "Poor").getOutputType();
    assertThat(other.findFieldByName("labels_x").isMapField()).isTrue();
    assertThat(other.getFile().toProto().getMessageType(0).getField(0).getTypeName())
        .isEqualTo(".acme.Other.LabelsXEntry");
  }

  @Test
  void fieldsOfMissingTypesAreReadAndWrittenAsBytes() throws Exception {
    Schema schema = server.schema();
    Descriptor good = method(schema, "Fine").getInputType();
    DynamicMessage message = DynamicMessage.parseFrom(good, new byte[] {10, 1, 'x', 18, 2, 8, 5});
    String json = new ResponseWriter(schema, JsonStyle.COMPACT).toJson(message);
    assertThat(json).isEqualTo("{\"name\":\"x\",\"other\":{\"@value\":\"CAU=\"}}");
    assertThat(read(json, good, schema).toByteString()).isEqualTo(message.toByteString());
  }

  @Test
  void fieldsOfMissingEnumsAreReadAndWrittenAsNumbers() throws Exception {
    server.answer(
        "good.proto",
        file(
            """
            name: "good.proto" package: "acme" dependency: "other.proto"
            message_type { name: "Good"
              field { name: "mood" number: 1 label: LABEL_OPTIONAL type: TYPE_ENUM
                      type_name: ".acme.Mood" default_value: "CALM" }
              field { name: "moods" number: 2 label: LABEL_REPEATED type: TYPE_ENUM
                      type_name: ".acme.Mood" options { packed: true } }
              field { name: "names" number: 3 label: LABEL_REPEATED type: TYPE_MESSAGE
                      type_name: ".acme.Good.NamesEntry" }
              nested_type { name: "NamesEntry" options { map_entry: true }
                field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
                field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_ENUM
                        type_name: ".acme.Mood" } } }
            """));
    Schema schema = server.schema();
    Descriptor good = method(schema, "Fine").getInputType();
    assertThat(ProtoText.render(good))
        .contains("optional int32 mood = 1;  // enum acme.Mood, which is missing\n");
    String json = "{\"mood\":0,\"moods\":[7,-1],\"names\":{\"4\":5}}";
    DynamicMessage message = read(json, good, schema);
    assertThat(new ResponseWriter(schema, JsonStyle.COMPACT).toJson(message)).isEqualTo(json);
    byte[] minusOne = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
    assertThat(message.toByteString())
        .isEqualTo(
            ByteString.copyFrom(new byte[] {8, 0, 18, 11, 7})
                .concat(ByteString.copyFrom(minusOne))
                .concat(ByteString.copyFrom(new byte[] {26, 4, 8, 4, 16, 5})));
  }

  private static DynamicMessage read(String json, Descriptor type, Schema schema) {
    JsonReader reader =
        new JsonReader(new ByteArrayInputStream(json.getBytes(UTF_8)), "test", 1000, false);
    return new RequestReader(type, schema).read(Objects.requireNonNull(reader.next()));
  }

  @Test
  void filesOfGrpcJsAreRepaired() throws Exception {
    // the descriptors of proto3 and proto2 sources of two packages from its reflection package
    // 1.0.4
    FileDescriptorProto acme =
        file(
            """
            name: "acme.proto" package: "acme" syntax: "proto3"
            message_type { name: "Item"
              field { name: "when" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                      type_name: "google.protobuf.Timestamp" }
              field { name: "base" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                      type_name: "legacy.Base" }
              field { name: "note" number: 3 label: LABEL_OPTIONAL type: TYPE_STRING
                      oneof_index: 0 }
              field { name: "cash" number: 4 label: LABEL_OPTIONAL type: TYPE_BOOL
                      oneof_index: 1 }
              oneof_decl { name: "_note" }
              oneof_decl { name: "price" } }
            service { name: "Shop"
              method { name: "Buy" input_type: ".acme.Item" output_type: ".acme.Item" } }
            """);
    FileDescriptorProto legacy =
        file(
            """
            name: "acme_legacy.proto" package: "acme.legacy" syntax: "proto3"
            message_type { name: "Base"
              field { name: "closed" number: 1 label: LABEL_OPTIONAL type: TYPE_ENUM
                      type_name: "Closed" }
              field { name: ".acme.legacy.nick" number: 100 label: LABEL_OPTIONAL
                      type: TYPE_STRING }
              extension_range { start: 100 end: 200 } }
            enum_type { name: "Closed" value { name: "ONE" number: 1 } }
            extension { name: "nick" extendee: ".acme.legacy.Base" number: 100
              label: LABEL_OPTIONAL type: TYPE_STRING }
            """);
    FileDescriptorProto google =
        file(
            """
            name: "google_protobuf.proto" package: "google.protobuf" syntax: "proto3"
            message_type { name: "Timestamp"
              field { name: "seconds" number: 1 label: LABEL_OPTIONAL type: TYPE_INT64 }
              field { name: "nanos" number: 2 label: LABEL_OPTIONAL type: TYPE_INT32 } }
            """);
    server.answer("acme.Shop", acme, legacy, google);
    Schema schema = server.schema();
    Descriptor item = method(schema, "Buy").getInputType();
    assertThat(ProtoText.render(item))
        .contains(".google.protobuf.Timestamp when = 1;", ".acme.legacy.Base base = 2;")
        .contains("  optional string note = 3;\n", "  oneof price {\n    bool cash = 4;\n  }\n")
        .doesNotContain("_note");
    GenericDescriptor base = Objects.requireNonNull(schema.symbol("acme.legacy.Base"));
    assertThat(ProtoText.render(base.getFile()))
        .startsWith("syntax = \"proto2\";")
        .containsOnlyOnce("nick = 100;");
    assertThat(((Descriptor) base).getFile().findEnumTypeByName("Closed").isClosed()).isTrue();
    assertThat(schema.files(List.of(item.getFile())))
        .filteredOn(one -> one.source().getPackage().equals("google.protobuf"))
        .extracting(one -> one.source().getName(), one -> one.source().getMessageTypeCount())
        .containsExactly(
            tuple("google/protobuf/timestamp.proto", 1), tuple("google_protobuf.proto", 0));
    schema.requireComplete(List.of(item.getFile()));
  }
}
