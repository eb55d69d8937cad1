package dev.grpcos.cli.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SymbolJsonTest {
  @TempDir static Path folder;
  private static Map<String, FileDescriptor> files = Map.of();

  @BeforeAll
  static void compile() throws Exception {
    files = TestFiles.tough(folder, "--include_source_info");
  }

  @Test
  void servicesAreListedAsGiven() {
    assertThat(SymbolJson.services(List.of("b.B", "a.A")))
        .isEqualTo("{\"services\":[{\"fullName\":\"b.B\"},{\"fullName\":\"a.A\"}]}");
  }

  @Test
  void methodHasPathTypeAndOptions() {
    assertThat(symbol(service().findMethodByName("Down")))
        .isEqualTo(
            "{\"kind\":\"method\",\"name\":\"Down\",\"fullName\":\"tough.two.Calls.Down\","
                + "\"file\":\"proto2.proto\",\"comments\":\"\",\"deprecated\":false,"
                + "\"options\":{\"idempotencyLevel\":\"NO_SIDE_EFFECTS\","
                + "\"[tough.options.http]\":{\"get\":\"/v1\",\"more\":[{\"get\":\"/v2\"}]}},"
                + "\"path\":\"/tough.two.Calls/Down\",\"type\":\"server_streaming\","
                + "\"input\":\"tough.two.Tough\",\"output\":\"tough.three.Three\","
                + "\"idempotencyLevel\":\"NO_SIDE_EFFECTS\"}");
  }

  @Test
  void optionsHaveJsonNamesAndCustomOnesAreInBrackets() {
    assertThat(symbol(service()))
        .contains("\"options\":{\"deprecated\":true,\"[tough.options.service_text]\":\"s\"}");
    assertThat(symbol(tough()))
        .contains(
            "{\"[tough.options.note]\":\"ext\",\"[tough.options.inner]\":{\"raw\":\"Af8=\"}}]",
            "\"any\":{\"@type\":\"type.googleapis.com/tough.options.Rule\",\"@value\":",
            "\"ratio\":\"-Infinity\",\"level\":\"LOW\",\"deep\":{\"down\":4}",
            "\"[tough.options.big]\":\"18446744073709551615\"");
    assertThat(symbol(tough().findFieldByName("c")))
        .contains("\"options\":{\"packed\":true,\"jstype\":\"JS_STRING\"}");
    assertThat(symbol(tough().findFieldByName("a"))).doesNotContain("options");
  }

  @Test
  void methodsOfAServiceHaveAllFourTypes() {
    JsonObject methods =
        JsonParser.parseString(SymbolJson.methods(service(), TestFiles.NO_TYPES)).getAsJsonObject();
    assertThat(methods.get("service").getAsString()).isEqualTo("tough.two.Calls");
    assertThat(each(methods.getAsJsonArray("methods"), "type"))
        .containsExactly("unary", "client_streaming", "server_streaming", "bidi_streaming");
  }

  @Test
  void fieldsHaveTypeLabelAndPresence() {
    assertThat(field("a"))
        .contains(
            "\"comments\":\"Before a.\\n\\nafter a\"",
            "\"type\":\"int32\"",
            "\"label\":\"required\"",
            "\"presence\":true");
    assertThat(field("i"))
        .contains(
            "\"type\":\"enum\",\"typeName\":\"tough.two.Tough.Kind\"", "\"default\":\"SECOND\"");
    assertThat(field("by_name"))
        .contains(
            "\"type\":\"map\",\"mapKey\":{\"type\":\"string\"},"
                + "\"mapValue\":{\"type\":\"message\",\"typeName\":\"tough.two.Tough.First\"}");
    assertThat(field("text")).contains("\"oneof\":\"choice\"");
    assertThat(field("j")).contains("\"deprecated\":true");
    assertThat(field("b")).contains("\"jsonName\":\"Bee\"");
  }

  @Test
  void extensionHasItsBracketedNameAndExtendee() {
    assertThat(symbol(file("proto3.proto").findExtensionByName("plain")))
        .contains(
            "\"kind\":\"extension\"",
            "\"jsonName\":\"[tough.three.plain]\"",
            "\"extendee\":\"google.protobuf.FieldOptions\"");
  }

  @Test
  void syntheticOneofsAndMapEntriesAreHidden() {
    JsonObject three = parsed(file("proto3.proto").findMessageTypeByName("Three"));
    assertThat(each(three.getAsJsonArray("oneofs"), "name")).containsExactly("one", "two");
    assertThat(each(three.getAsJsonArray("messages"), "name")).containsExactly("tough");
  }

  @Test
  void enumHasItsValues() {
    JsonObject kind = parsed(tough().findEnumTypeByName("Kind"));
    assertThat(kind.get("closed").getAsBoolean()).isTrue();
    assertThat(each(kind.getAsJsonArray("values"), "number")).containsExactly("0", "0", "16", "-1");
  }

  @Test
  void everyFileIsOneParsableLineWithoutHtmlEscapes() {
    for (FileDescriptor file : files.values()) {
      assertThat(symbol(file)).doesNotContain("\n", "\\u003c");
      assertThat(parsed(file).get("fullName").getAsString()).isEqualTo(file.getFullName());
    }
  }

  private static String symbol(GenericDescriptor descriptor) {
    return SymbolJson.symbol(descriptor, files.values(), TestFiles.NO_TYPES);
  }

  private static String field(String name) {
    return symbol(tough().findFieldByName(name));
  }

  private static JsonObject parsed(GenericDescriptor descriptor) {
    return JsonParser.parseString(symbol(descriptor)).getAsJsonObject();
  }

  private static List<String> each(JsonArray array, String key) {
    return array.asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(object -> object.get(key).getAsString())
        .toList();
  }

  private static Descriptor tough() {
    return Objects.requireNonNull(file("proto2.proto").findMessageTypeByName("Tough"));
  }

  private static ServiceDescriptor service() {
    return Objects.requireNonNull(file("proto2.proto").findServiceByName("Calls"));
  }

  private static FileDescriptor file(String name) {
    return Objects.requireNonNull(files.get(name), name);
  }
}
