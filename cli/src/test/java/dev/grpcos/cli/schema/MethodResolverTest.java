package dev.grpcos.cli.schema;

import static dev.grpcos.cli.schema.ScriptedReflection.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CliException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests short names with a server that offers standard services beside those of its users. */
final class MethodResolverTest {
  private ScriptedReflection server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedReflection();
    offer("grpc.health.v1", "Health", "Check", "Watch");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void offer(String namespace, String service, String... methods) throws Exception {
    StringBuilder text = new StringBuilder();
    text.append("name: \"%s.proto\" package: \"%s\" ".formatted(namespace, namespace));
    text.append("syntax: \"proto3\" message_type { name: \"Empty\" } ");
    text.append("service { name: \"%s\" ".formatted(service));
    for (String method : methods) {
      text.append(
          "method { name: \"%1$s\" input_type: \".%2$s.Empty\" output_type: \".%2$s.Empty\" } "
              .formatted(method, namespace));
    }
    server.services.add(namespace + "." + service);
    server.answer(namespace + "." + service, file(text.append('}').toString()));
  }

  private String method(String name) {
    return new MethodResolver(server.schema()).method(name).getFullName();
  }

  private String symbol(String name) {
    return new SymbolResolver(server.schema()).symbol(name).getFullName();
  }

  @Test
  void standardServiceDoesNotMakeAMethodAmbiguous() throws Exception {
    offer("kv", "Store", "Watch", "Get");

    assertThat(method("Watch")).isEqualTo("kv.Store.Watch");
    assertThat(symbol("Watch")).isEqualTo("kv.Store.Watch");
  }

  @Test
  void standardServiceDoesNotMakeAServiceAmbiguous() throws Exception {
    offer("zoo", "Health", "Check");

    assertThat(method("Health/Check")).isEqualTo("zoo.Health.Check");
    assertThat(symbol("Health")).isEqualTo("zoo.Health");
    assertThatThrownBy(() -> method("Health"))
        .isInstanceOf(CliException.class)
        .hasMessage("zoo.Health is a service: name a method of it, as zoo.Health/Check");
  }

  @Test
  void standardServiceIsFoundByAShortNameThatNoOtherHas() throws Exception {
    offer("kv", "Store", "Get");

    assertThat(method("Watch")).isEqualTo("grpc.health.v1.Health.Watch");
    assertThat(method("Health/Check")).isEqualTo("grpc.health.v1.Health.Check");
  }

  @Test
  void servicesOfUsersAreAmbiguousAmongThemselves() throws Exception {
    offer("kv", "Store", "Watch");
    offer("etcd", "Lease", "Watch");

    assertThatThrownBy(() -> method("Watch"))
        .isInstanceOf(CliException.class)
        .hasMessage("'Watch' is ambiguous: it could be etcd.Lease/Watch, kv.Store/Watch");
  }
}
