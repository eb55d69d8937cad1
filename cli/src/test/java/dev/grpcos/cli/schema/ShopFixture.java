package dev.grpcos.cli.schema;

import static dev.grpcos.cli.schema.ScriptedReflection.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.failure.CliException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server whose reflection lacks the file of the result of one method. */
abstract class ShopFixture {
  /**
   * A service with a method whose types are in good.proto, and one whose types are in other.proto.
   */
  static final String SHOP =
      """
      name: "shop.proto" package: "acme" syntax: "proto3"
      dependency: "good.proto" dependency: "other.proto"
      service { name: "Shop"
        method { name: "Fine" input_type: ".acme.Good" output_type: ".acme.Good" }
        method { name: "Poor" input_type: ".acme.Good" output_type: ".acme.Other" } }
      """;

  static final String GOOD =
      """
      name: "good.proto" package: "acme" syntax: "proto3" dependency: "other.proto"
      message_type { name: "Good"
        field { name: "name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "other" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                type_name: ".acme.Other" }
        field { name: "mood" number: 3 label: LABEL_OPTIONAL type: TYPE_ENUM
                type_name: ".acme.Mood" } }
      """;

  static final String OTHER =
      """
      name: "other.proto" package: "acme" syntax: "proto3"
      message_type { name: "Other"
        field { name: "size" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 } }
      enum_type { name: "Mood" value { name: "CALM" number: 0 } }
      """;

  ScriptedReflection server;

  @BeforeEach
  final void start() throws Exception {
    server = new ScriptedReflection();
    server.services.add("acme.Shop");
    server.answer("acme.Shop", file(SHOP)).answer("good.proto", file(GOOD));
  }

  @AfterEach
  final void stop() {
    server.close();
  }

  void assertOnlyPoorFails(String reason) {
    Schema schema = server.schema();
    assertThat(method(schema, "Fine").getInputType().getFields()).hasSize(3);
    assertThatThrownBy(() -> method(schema, "Poor"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("acme.Shop/Poor uses acme.Other, which the schema lacks")
        .hasMessageContaining(reason);
  }

  static MethodDescriptor method(Schema schema, String name) {
    return new MethodResolver(schema).method("acme.Shop/" + name);
  }
}
