package dev.grpcos.cli.schema;

import static dev.grpcos.cli.schema.ScriptedReflection.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.json.JsonStyle;
import dev.grpcos.gateway.json.ResponseWriter;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Tests incomplete and invalid descriptors: as much as possible is linked, and the rest is named.
 */
final class LinkedSchemaTest extends ShopFixture {
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

  @Test
  void placeholderOfAMissingFileCountsAsMissing() throws Exception {
    server.answer("other.proto", file("name: \"other.proto\" syntax: \"<unknown:0>\""));
    assertOnlyPoorFails("shop.proto imports other.proto, which is missing");
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
}
