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
import com.google.protobuf.Descriptors.MethodDescriptor;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests incomplete and invalid descriptors: as much as possible is linked, and the rest is named.
 */
final class LinkedSchemaTest {
  /**
   * A service with a method whose types are in good.proto, and one whose types are in other.proto.
   */
  private static final String SHOP =
      """
      name: "shop.proto" package: "acme" syntax: "proto3"
      dependency: "good.proto" dependency: "other.proto"
      service { name: "Shop"
        method { name: "Fine" input_type: ".acme.Good" output_type: ".acme.Good" }
        method { name: "Poor" input_type: ".acme.Good" output_type: ".acme.Other" } }
      """;

  private static final String GOOD =
      """
      name: "good.proto" package: "acme" syntax: "proto3" dependency: "other.proto"
      message_type { name: "Good"
        field { name: "name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "other" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                type_name: ".acme.Other" }
        field { name: "mood" number: 3 label: LABEL_OPTIONAL type: TYPE_ENUM
                type_name: ".acme.Mood" } }
      """;

  private static final String OTHER =
      """
      name: "other.proto" package: "acme" syntax: "proto3"
      message_type { name: "Other"
        field { name: "size" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 } }
      enum_type { name: "Mood" value { name: "CALM" number: 0 } }
      """;

  private ScriptedReflection server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedReflection();
    server.services.add("acme.Shop");
    server.answer("acme.Shop", file(SHOP)).answer("good.proto", file(GOOD));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void assertOnlyPoorFails(String reason) {
    Schema schema = server.schema();
    assertThat(method(schema, "Fine").getInputType().getFields()).hasSize(3);
    assertThatThrownBy(() -> method(schema, "Poor"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("acme.Shop/Poor uses acme.Other, which the schema lacks")
        .hasMessageContaining(reason);
  }

  private static MethodDescriptor method(Schema schema, String name) {
    return new MethodResolver(schema).method("acme.Shop/" + name);
  }

  @Test
  void missingImportIsNamedWhenItIsNeeded() {
    assertOnlyPoorFails("shop.proto imports other.proto, which is missing");
  }

  @Test
  void refusedImportIsNamedWithTheServersMessage() {
    server.refuse("other.proto", "the disk is full");
    assertOnlyPoorFails(
        "which could not be fetched: the server's reflection answers for other.proto");
    assertOnlyPoorFails("INTERNAL v1: the disk is full; v1alpha: UNIMPLEMENTED no alpha");
  }

  @Test
  void malformedImportIsNamed() {
    server.answerBytes("other.proto", ByteString.copyFromUtf8("\u0007 no descriptor"));
    assertOnlyPoorFails("answers for other.proto: INTERNAL v1: the descriptor cannot be parsed");
  }

  @Test
  void malformedFileBesideAGoodOneIsIgnored() throws Exception {
    server
        .answerBytes("acme.Shop", ByteString.copyFromUtf8("\u0007 no"), file(SHOP).toByteString())
        .answer("other.proto", file(OTHER));
    assertThat(method(server.schema(), "Poor").getOutputType().getFields()).hasSize(1);
  }

  @Test
  void inconsistentImportIsNamedWithTheReason() throws Exception {
    server.answer(
        "other.proto",
        file("name: \"other.proto\" message_type { name: \"A\" } message_type { name: \"A\" }"));
    assertOnlyPoorFails("other.proto, which is broken: \"A\" is already defined");
  }

  @Test
  void importOfAnUnknownEditionIsNamedWithTheReason() throws Exception {
    server.answer(
        "other.proto",
        file(OTHER.replace("syntax: \"proto3\"", "syntax: \"editions\" edition: EDITION_MAX")));
    assertOnlyPoorFails("other.proto, which is broken: ");
  }

  @Test
  void brokenFileOfTheServiceIsNamed() throws Exception {
    server.answer("acme.Shop", file(SHOP + "message_type { name: \"Shop\" }"));
    assertThatThrownBy(() -> method(server.schema(), "Fine"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining(
            "the schema's file shop.proto, which declares acme.Shop, is broken: ");
  }

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
  void placeholderOfAMissingFileCountsAsMissing() throws Exception {
    server.answer("other.proto", file("name: \"other.proto\" syntax: \"<unknown:0>\""));
    assertOnlyPoorFails("shop.proto imports other.proto, which is missing");
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
  void exportsNameMissingImports() {
    Schema schema = server.schema();
    List<FileDescriptor> roots = List.of(method(schema, "Fine").getFile());
    assertThat(schema.files(roots))
        .extracting(one -> one.linked().getName())
        .containsExactly("good.proto", "shop.proto");
    assertThatThrownBy(() -> schema.requireComplete(roots))
        .hasMessageContaining("good.proto imports other.proto, which is missing");
  }

  @Test
  void servicesThatTheServerDoesNotOfferAreNotListedAfterTheirFileArrives() throws Exception {
    server.services.add(0, "other.Offered");
    server.answer("acme.Shop", file(SHOP + "service { name: \"Internal\" }"));
    Schema schema = server.schema();
    assertThat(method(schema, "Fine")).isNotNull();
    assertThat(schema.listed()).containsExactly("other.Offered", "acme.Shop");
    assertThat(schema.services()).containsExactly("acme.Shop", "other.Offered");
  }

  @Test
  void filesMayArriveInAnyOrderAndRepeatedly() throws Exception {
    server.answer("acme.Shop", file(OTHER), file(SHOP), file(GOOD), file(SHOP), file(OTHER));
    assertThat(method(server.schema(), "Poor").getOutputType().getFields()).hasSize(1);
  }

  @Test
  void fileWithAnotherNameAnswersTheRequest() throws Exception {
    server.answer("other.proto", file(OTHER.replace("\"other.proto\"", "\"acme/v1/other.proto\"")));
    Schema schema = server.schema();
    assertThat(method(schema, "Poor").getOutputType().getFile().getName()).isEqualTo("other.proto");
    schema.requireComplete(List.of(method(schema, "Poor").getFile()));
  }

  @Test
  void symbolDeclaredInTwoImportsIsTakenFromOneOfThem() throws Exception {
    server
        .answer("other.proto", file(OTHER))
        .answer("good.proto", file(GOOD + "message_type { name: \"Other\" }"));
    Schema schema = server.schema();
    assertThat(method(schema, "Fine").getInputType().getFields()).hasSize(3);
    // protobuf searches imports by identity hash, in no defined order
    assertThat(method(schema, "Poor").getOutputType().getFile().getName())
        .isIn("good.proto", "other.proto");
  }

  @Test
  void differentFilesWithOneNameAreKeptApart() throws Exception {
    server.services.add("other.Shop");
    server
        .answer("acme.Shop", file(SHOP), file(GOOD), file(OTHER))
        .answer(
            "other.Shop",
            file(SHOP.replace("acme", "other")),
            file(GOOD.replace("acme", "other")),
            file(OTHER.replace("acme", "other").replace("size", "weight")));
    Schema schema = server.schema();
    for (String service : schema.services()) {
      MethodDescriptor poor = new MethodResolver(schema).method(service + "/Poor");
      assertThat(poor.getOutputType().getFullName()).isEqualTo(service.replace("Shop", "Other"));
      assertThat(poor.getOutputType().getFields()).hasSize(1);
    }
    assertThat(schema.names()).containsKeys("acme.Other.size", "other.Other.weight");
  }

  @Test
  void extensionIsFoundByNumberAndByNameIfTheServerKnowsOnlyNumbers() throws Exception {
    server
        .answer(
            "acme.Base",
            file(
                """
                name: "base.proto" package: "acme"
                message_type { name: "Base" extension_range { start: 100 end: 200 } }
                """))
        .answer(
            "acme.Base#100",
            file(
                """
                name: "nick.proto" package: "acme" dependency: "base.proto"
                extension { name: "nick" extendee: ".acme.Base" number: 100
                  label: LABEL_OPTIONAL type: TYPE_STRING }
                """));
    Schema schema = server.schema();
    Descriptor base = Objects.requireNonNull(schema.message("acme.Base"));
    FieldDescriptor byNumber = schema.extension(base, 100);
    assertThat(byNumber).isNotNull();
    assertThat(schema.extension(base, "acme.nick")).isSameAs(byNumber);
    Schema fresh = server.schema();
    Descriptor same = Objects.requireNonNull(fresh.message("acme.Base"));
    assertThat(fresh.extension(same, "acme.nick")).isNotNull();
    assertThat(fresh.extension(same, "acme.nack")).isNull();
    DynamicMessage message =
        DynamicMessage.parseFrom(base, new byte[] {(byte) 0xa2, 6, 2, 'm', 'e'});
    assertThat(new ResponseWriter(schema, JsonStyle.COMPACT).toJson(message))
        .isEqualTo("{\"[acme.nick]\":\"me\"}");
  }

  @Test
  void namesWithoutAPackageMayHaveALeadingDot() throws Exception {
    server.services.add(".Bare");
    server.answer(
        ".Bare",
        file(
            """
            name: "root.proto" message_type { name: "Ping" }
            service { name: "Bare"
              method { name: "Echo" input_type: ".Ping" output_type: ".Ping" } }
            """));
    Schema schema = server.schema();
    assertThat(schema.services()).contains("Bare");
    assertThat(new MethodResolver(schema).method("Bare/Echo").getInputType().getFullName())
        .isEqualTo("Ping");
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
