package dev.grpcos.cli.schema;

import static dev.grpcos.cli.schema.ScriptedReflection.file;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.cli.inprocess.InProcessGateway;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.schema.LinkedFile;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests the errors of real servers, directly and through a gateway with the server as its upstream.
 * Both get complete descriptors, which protobuf links unchanged.
 */
final class ReflectionQuirksTest {
  private static final String SHOP =
      """
      name: "shop.proto" package: "acme" syntax: "proto3" dependency: "item.proto"
      service { name: "Shop"
        method { name: "Buy" input_type: ".acme.Item" output_type: ".acme.Item" } }
      """;
  private static final String ITEM =
      """
      name: "item.proto" package: "acme" syntax: "proto3"
      message_type { name: "Item"
        field { name: "name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING } }
      """;

  @FunctionalInterface
  private interface Script {
    void write(ScriptedReflection server) throws Exception;
  }

  private enum Quirk {
    V1_ENDS_LOOKUPS(
        server -> {
          server.v1Failure = Status.INTERNAL.withDescription("no lookups");
          server.v1AlphaFailure = null;
        }),
    V1_ANSWERS_WITH_ERRORS(
        server -> {
          server.v1Error = "v1 knows no files";
          server.v1AlphaFailure = null;
        }),
    V1_LISTS_NOTHING(
        server -> {
          server.listMissing = true;
          server.v1AlphaFailure = null;
        }),
    SERVICE_WITH_A_LEADING_DOT(
        server -> {
          server.services.set(0, ".acme.Shop");
          server.remove("acme.Shop").answer(".acme.Shop", file(SHOP));
        }),
    STREAMS_THAT_END_EARLY(server -> server.maxRequests = 1),
    FILE_UNDER_ANOTHER_NAME(
        server ->
            server.answer("item.proto", file(ITEM.replace("item.proto", "acme/v1/item.proto")))),
    IMPORT_BY_ANOTHER_NAME(
        server ->
            server
                .remove("item.proto")
                .answer("acme.Item", file(ITEM.replace("item.proto", "acme/v1/item.proto")))),
    TYPE_THAT_IS_NOT_IMPORTED(
        server ->
            server
                .remove("item.proto")
                .answer("acme.Shop", file(SHOP.replace("dependency: \"item.proto\"", "")))
                .answer("acme.Item", file(ITEM))),
    PLACEHOLDER_OF_A_FILE(
        server ->
            server
                .answer("item.proto", file("name: \"item.proto\" syntax: \"<unknown:0>\""))
                .answer("acme.Item", file(ITEM.replace("item.proto", "real.proto")))),
    CIRCLE(server -> server.answer("item.proto", file(ITEM + "dependency: \"shop.proto\""))),
    RELATIVE_NAMES_AND_ODD_MAP_ENTRIES(
        server ->
            server
                .answer("acme.Shop", file(SHOP.replace("\".acme.Item\"", "\"Item\"")))
                .answer(
                    "item.proto",
                    file(
                        """
                        name: "item.proto" package: "acme" syntax: "proto3"
                        message_type { name: "Item"
                          field { name: "labels_x" number: 1 label: LABEL_REPEATED
                                  type: TYPE_MESSAGE type_name: "Labels_xEntry" }
                          nested_type { name: "Labels_xEntry" options { map_entry: true }
                            field { name: "key" number: 1 label: LABEL_OPTIONAL
                                    type: TYPE_STRING }
                            field { name: "value" number: 2 label: LABEL_OPTIONAL
                                    type: TYPE_STRING } } }
                        """))),
    COMMON_FILES_THAT_ARE_MISSING(
        server ->
            server.answer(
                "item.proto",
                file(
                    """
                    name: "item.proto" package: "acme" syntax: "proto3"
                    dependency: "google/protobuf/timestamp.proto"
                    message_type { name: "Item"
                      field { name: "at" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                              type_name: ".google.protobuf.Timestamp" }
                      field { name: "price" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                              type_name: ".google.type.Money" } }
                    """)));

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final Script script;

    Quirk(Script script) {
      this.script = script;
    }
  }

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private ScriptedReflection server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedReflection();
    open.add(server);
    server.services.add("acme.Shop");
    server.answer("acme.Shop", file(SHOP)).answer("item.proto", file(ITEM));
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void commandGetsCompleteDescriptors(Quirk quirk) throws Exception {
    quirk.script.write(server);
    assertWhole(server.schema());
  }

  @ParameterizedTest
  @EnumSource
  void upstreamGetsCompleteDescriptors(Quirk quirk) throws Exception {
    quirk.script.write(server);
    Path configuration =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            "upstreams: [{name: shop, target: '127.0.0.1:%d', plaintext: true}]\n"
                .formatted(server.port()));
    InProcessGateway gateway =
        InProcessGateway.start(folder.resolve("gateway.sock"), configuration);
    open.add(gateway);
    assertWhole(throughGateway(gateway));
  }

  /** Returns the gateway's schema after it has discovered the upstream. */
  private static Schema throughGateway(InProcessGateway gateway) {
    Target target = Target.gateway(gateway.socket(), OwnProcess.uid());
    long deadline = System.nanoTime() + InProcessGateway.SOON.toNanos();
    while (true) {
      Connection connection = gateway.lent().connect(target, InProcessGateway.SOON, null);
      Schema schema = connection.reflected(new Metadata());
      if (schema.services().contains("acme.Shop")) {
        return schema;
      }
      assertThat(deadline - System.nanoTime()).as("time for the upstream").isPositive();
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static void assertWhole(Schema schema) throws Exception {
    MethodDescriptor method = new MethodResolver(schema).method("acme.Shop/Buy");
    Descriptor item = method.getInputType();
    assertThat(item.getFields()).isNotEmpty();
    List<FileDescriptor> roots = List.of(method.getFile());
    schema.requireComplete(roots);
    Map<String, FileDescriptor> linked = new HashMap<>();
    for (LinkedFile each : schema.files(roots)) {
      FileDescriptorProto source = each.source();
      FileDescriptor[] imports =
          source.getDependencyList().stream()
              .map(name -> Objects.requireNonNull(linked.get(name), name))
              .toArray(FileDescriptor[]::new);
      linked.put(source.getName(), FileDescriptor.buildFrom(source, imports));
      source.getMessageTypeList().stream()
          .flatMap(message -> message.getFieldList().stream())
          .filter(field -> field.hasTypeName())
          .forEach(field -> assertThat(field.getTypeName()).startsWith("."));
    }
  }
}
