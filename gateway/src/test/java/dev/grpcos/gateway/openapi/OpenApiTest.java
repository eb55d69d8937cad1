package dev.grpcos.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.testing.integration.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OpenApiTest {
  private static final ServiceDescriptor GREETER =
      HelloRequest.getDescriptor().getFile().findServiceByName("Greeter");

  private static JsonObject document(ServiceDescriptor... services) {
    return JsonParser.parseString(OpenApiDocument.of(List.of(services), method -> true))
        .getAsJsonObject();
  }

  private static JsonElement at(JsonElement json, String... keys) {
    JsonElement found = json;
    for (String key : keys) {
      found = found.getAsJsonObject().get(key);
      assertThat(found).as(key).isNotNull();
    }
    return found;
  }

  @Test
  void methodIsAPostOfItsName() {
    JsonObject document = document(GREETER);

    assertThat(document.get("openapi").getAsString()).isEqualTo("3.1.0");
    JsonElement post = at(document, "paths", "/helloworld.Greeter/SayHello", "post");
    assertThat(
            at(post, "requestBody", "content", "application/json", "schema", "$ref").getAsString())
        .isEqualTo("#/components/schemas/helloworld.HelloRequest");
    assertThat(
            at(post, "responses", "default", "content", "application/json", "schema", "$ref")
                .getAsString())
        .isEqualTo("#/components/schemas/connect.Error");
  }

  @Test
  void streamIsLines() {
    JsonElement post =
        at(document(GREETER), "paths", "/helloworld.Greeter/SayHelloBidiStream", "post");

    at(post, "requestBody", "content", "application/x-ndjson", "schema");
    at(post, "responses", "200", "content", "application/x-ndjson", "schema");
  }

  @Test
  void methodWithoutSideEffectsIsAGetWithItsMessage() throws Exception {
    FileDescriptorProto.Builder file = HelloRequest.getDescriptor().getFile().toProto().toBuilder();
    file.getServiceBuilder(0)
        .getMethodBuilder(0)
        .getOptionsBuilder()
        .setIdempotencyLevel(IdempotencyLevel.NO_SIDE_EFFECTS);
    JsonObject document =
        document(
            FileDescriptor.buildFrom(file.build(), new FileDescriptor[0])
                .findServiceByName("Greeter"));

    JsonElement parameters =
        at(document, "paths", "/helloworld.Greeter/SayHello", "get", "parameters");
    assertThat(
            at(parameters.getAsJsonArray().get(0), "content", "application/json", "schema", "$ref")
                .getAsString())
        .isEqualTo("#/components/schemas/helloworld.HelloRequest");
  }

  @Test
  void methodsAreSelected() {
    String document = OpenApiDocument.of(List.of(GREETER), method -> method.endsWith("/SayHello"));

    assertThat(JsonParser.parseString(document).getAsJsonObject().getAsJsonObject("paths").keySet())
        .containsExactly("/helloworld.Greeter/SayHello");
  }

  @Test
  void everyReferenceHasASchema() {
    JsonObject document =
        document(
            GREETER,
            io.grpc.testing.integration.Test.getDescriptor().findServiceByName("TestService"));
    List<String> references = new ArrayList<>();
    collect(document, references);

    Set<String> schemas = at(document, "components", "schemas").getAsJsonObject().keySet();
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(
            reference ->
                assertThat(schemas)
                    .contains(reference.substring("#/components/schemas/".length())));
    assertThat(schemas).contains(Messages.Payload.getDescriptor().getFullName());
  }

  private static void collect(JsonElement json, List<String> references) {
    if (json.isJsonObject()) {
      json.getAsJsonObject()
          .entrySet()
          .forEach(
              entry -> {
                if (entry.getKey().equals("$ref")) {
                  references.add(entry.getValue().getAsString());
                } else {
                  collect(entry.getValue(), references);
                }
              });
    } else if (json.isJsonArray()) {
      json.getAsJsonArray().forEach(element -> collect(element, references));
    }
  }

  @Test
  void bindingHasItsParametersAndBody() throws Exception {
    FileDescriptorProto.Builder file = HelloRequest.getDescriptor().getFile().toProto().toBuilder();
    file.getServiceBuilder(0)
        .getMethodBuilder(0)
        .getOptionsBuilder()
        .setExtension(
            AnnotationsProto.http,
            HttpRule.newBuilder()
                .setGet("/v1/{name=people/*}:greet")
                .addAdditionalBindings(HttpRule.newBuilder().setGet("/v1/greeting"))
                .addAdditionalBindings(HttpRule.newBuilder().setPost("/v1/greeting").setBody("*"))
                .build());
    JsonObject document =
        document(
            FileDescriptor.buildFrom(file.build(), new FileDescriptor[0])
                .findServiceByName("Greeter"));

    JsonElement path = at(document, "paths", "/v1/people/{name}:greet", "get", "parameters");
    assertThat(path.toString()).contains("\"in\":\"path\"").doesNotContain("\"in\":\"query\"");
    JsonElement query = at(document, "paths", "/v1/greeting", "get", "parameters");
    assertThat(query.toString()).contains("\"name\":\"name\"").contains("\"in\":\"query\"");
    at(document, "paths", "/v1/greeting", "post", "requestBody");
  }
}
