package dev.grpcos.cli.schema;

import static dev.grpcos.cli.schema.ScriptedReflection.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.failure.CallFailedException;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the requests to a server: the number of streams, the number of unanswered requests, and the
 * handling of failures.
 */
final class ServerReflectionTest {
  private static final int MANY = 200;
  private static final int WINDOW = 64;

  private ScriptedReflection server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedReflection();
    server.answer("shared.proto", file("name: \"shared.proto\" message_type { name: \"Shared\" }"));
    for (int i = 0; i < MANY; i++) {
      String name = "p" + i + ".S" + i;
      server.services.add(name);
      server.answer(name, file(service(i, "shared.proto", "Shared")));
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String service(int number, String imported, String type) {
    return """
    name: "f%1$d.proto" package: "p%1$d" syntax: "proto3" dependency: "%2$s"
    service { name: "S%1$d"
      method { name: "Do%1$d" input_type: ".%3$s" output_type: ".%3$s" } }
    """
        .formatted(number, imported, type);
  }

  private static MethodDescriptor method(Schema schema, String name) {
    return new MethodResolver(schema).method(name);
  }

  @Test
  void methodsOfAllServicesAreRequestedOnOneStream() {
    server.answerAfter = WINDOW;
    MethodDescriptor found = method(server.schema(), "Do150");
    assertThat(found.getFullName()).isEqualTo("p150.S150.Do150");
    assertThat(server.streams).as("the list, the services, the import").hasValue(3);
    assertThat(server.maxUnanswered).hasValue(WINDOW);
  }

  @Test
  void serviceSuffixRequestsOnlyThatService() {
    Schema schema = server.schema();
    assertThat(method(schema, "S7/Do7").getFullName()).isEqualTo("p7.S7.Do7");
    assertThat(server.streams).as("the list, the service with its import").hasValue(2);
    SymbolResolver symbols = new SymbolResolver(schema);
    assertThat(symbols.symbol("S7").getFullName()).isEqualTo("p7.S7");
    assertThat(symbols.symbol("S7/Do7").getFullName()).isEqualTo("p7.S7.Do7");
    assertThat(server.streams).as("and S7.Do7 as a full name").hasValue(3);
  }

  @Test
  void otherNamesAreFoundWithOneStreamForAllServicesAndTheirImports() throws Exception {
    for (int i = 0; i < MANY; i++) {
      server.answer("p" + i + ".S" + i, file(service(i, "i" + i + ".proto", "T" + i)));
      server.answer(
          "i" + i + ".proto",
          file("name: \"i%1$d.proto\" message_type { name: \"T%1$d\" }".formatted(i)));
    }
    assertThat(new SymbolResolver(server.schema()).symbol("T9").getFullName()).isEqualTo("T9");
    assertThat(server.streams).as("the list, the services with their imports").hasValue(2);
  }

  @Test
  void importsOfAFileAreRequestedOnOneStream() throws Exception {
    StringBuilder imports = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      String name = "import" + i + ".proto";
      server.answer(name, file("name: \"" + name + "\""));
      imports.append("dependency: \"").append(name).append("\" ");
    }
    server.answer("p1.S1", file(service(1, "shared.proto", "Shared") + imports));
    assertThat(method(server.schema(), "p1.S1/Do1").getFile().getDependencies()).hasSize(11);
    assertThat(server.streams).as("the service with its imports").hasValue(1);
  }

  @Test
  void importsWithEarlierAnswersAreKeptApartIfTheyDiffer() throws Exception {
    String one = "name: \"shared.proto\" message_type { name: \"One\" }";
    String two = "name: \"shared.proto\" message_type { name: \"Two\" }";
    server.services.subList(3, MANY).clear();
    server.importsOnce = true;
    server
        .answer("p0.S0", file(service(0, "shared.proto", "One")), file(one))
        .answer("p1.S1", file(service(1, "shared.proto", "Two")), file(two))
        .answer("p2.S2", file(service(2, "shared.proto", "Two")), file(two));
    Schema schema = server.schema();
    assertThat(new MethodResolver(schema).services().described()).hasSize(3);
    assertThat(method(schema, "Do0").getInputType().getName()).isEqualTo("One");
    assertThat(method(schema, "Do1").getInputType().getName()).isEqualTo("Two");
    assertThat(method(schema, "Do2").getInputType().getName()).isEqualTo("Two");
  }

  @Test
  void unansweredRequestsAreSentOnAnotherStream() {
    server.maxRequests = 90;
    assertThat(method(server.schema(), "Do150").getName()).isEqualTo("Do150");
    assertThat(server.streams).as("the list, three for the services, the import").hasValue(5);
    server.excessFailure = Status.INTERNAL.withDescription("too many");
    assertThat(method(server.schema(), "Do199").getName()).isEqualTo("Do199");
    assertThat(server.alphaStreams).hasValue(0);
  }

  @Test
  void v1AlphaIsUsedIfV1OnlyListsServices() {
    server.v1Failure = Status.UNIMPLEMENTED.withDescription("not that");
    server.v1AlphaFailure = null;
    Schema schema = server.schema();
    assertThat(method(schema, "S3/Do3").getFullName()).isEqualTo("p3.S3.Do3");
    assertThat(schema.symbol("no.Such")).isNull();
    assertThat(server.streams).as("the list, and one that failed").hasValue(2);
    assertThat(server.alphaStreams).as("the service with its import, the unknown").hasValue(2);
  }

  @Test
  void failuresOfBothVersionsAreReportedIfV1ListsServices() {
    server.v1Failure = Status.INTERNAL.withDescription("v1 broke");
    server.v1AlphaFailure = Status.UNAVAILABLE.withDescription("alpha too");
    assertThatThrownBy(() -> method(server.schema(), "S3/Do3"))
        .isInstanceOfSatisfying(
            CallFailedException.class,
            e -> assertThat(e.status().getCode()).isEqualTo(Status.Code.INTERNAL))
        .hasMessageContaining("v1: INTERNAL v1 broke; v1alpha: UNAVAILABLE alpha too");
    server.v1Failure = Status.UNIMPLEMENTED.withDescription("not that");
    server.v1AlphaFailure = Status.UNIMPLEMENTED.withDescription("nor that");
    assertThatThrownBy(() -> method(server.schema(), "Do3"))
        .hasMessageContaining("v1: UNIMPLEMENTED not that; v1alpha: UNIMPLEMENTED nor that");
  }

  @Test
  void answerWithoutAListIsAFailure() {
    server.listMissing = true;
    assertThatThrownBy(() -> server.schema().services())
        .isInstanceOfSatisfying(
            CallFailedException.class,
            e -> assertThat(e.status().getCode()).isEqualTo(Status.Code.INTERNAL))
        .hasMessage(
            "server reflection of the list of services: v1: the answer has no list; v1alpha:"
                + " UNIMPLEMENTED no alpha");
    server.v1AlphaFailure = null;
    assertThat(server.schema().services()).hasSize(MANY);
  }

  @Test
  void silentServerIsReportedWithoutInternalsOfGrpc() {
    server.silent = true;
    assertThatThrownBy(() -> server.schema(Duration.ofMillis(200)).services())
        .isInstanceOfSatisfying(
            CallFailedException.class,
            e -> assertThat(e.status().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED))
        .hasMessage("no answer within 200ms");
  }

  @Test
  void v1AlphaIsUsedForErrorResponsesOfV1() {
    server.v1Error = "v1 has no files";
    assertThatThrownBy(() -> method(server.schema(), "S3/Do3"))
        .hasMessageContaining("v1: v1 has no files; v1alpha: UNIMPLEMENTED no alpha");
    server.v1AlphaFailure = null;
    assertThat(method(server.schema(), "S3/Do3").getFullName()).isEqualTo("p3.S3.Do3");
  }

  @ParameterizedTest
  @CsvSource({
    "1, its files import each other more than 256 deep",
    "2, more than 10,000 proto files"
  })
  void endlessImportsAreBounded(int more, String reason) {
    server.furtherImports = more;
    assertThatThrownBy(() -> method(server.schema(), "S3/Do3"))
        .isInstanceOfSatisfying(
            CallFailedException.class,
            e -> assertThat(e.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
        .hasMessageContaining(reason);
  }

  @Test
  void endlessTypesWithoutImportsAreBounded() throws Exception {
    server.services.add("t.S");
    server.answer(
        "t.S",
        file(
            """
            name: "s.proto" package: "t"
            service { name: "S" method { name: "Do" input_type: ".t.T1" output_type: ".t.T1" } }
            """));
    server.furtherTypes = 1_000_000;
    assertThatThrownBy(() -> method(server.schema(), "t.S/Do"))
        .isInstanceOfSatisfying(
            CallFailedException.class,
            e -> assertThat(e.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED))
        .hasMessageContaining("its descriptors are larger than 64 MiB");
  }

  @Test
  void filesThatComeWithSeveralAnswersCountOnce() throws Exception {
    ServerFileQuota received = new ServerFileQuota(2, 1_000);
    FileDescriptorProto large = file("name: \"a\" package: \"%s\"".formatted("p".repeat(900)));
    for (int i = 0; i < 3; i++) {
      received.add(List.of(large, file("name: \"b\"")));
    }
    assertThatThrownBy(() -> received.add(List.of(file("name: \"c\""))))
        .isInstanceOf(CallFailedException.class)
        .hasMessageContaining("more than 2 proto files");
  }
}
