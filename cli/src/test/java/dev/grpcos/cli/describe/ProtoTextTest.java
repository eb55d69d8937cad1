package dev.grpcos.cli.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.TextFormat;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProtoTextTest {
  @TempDir static Path folder;
  private static Map<String, FileDescriptor> files = Map.of();

  @BeforeAll
  static void compile() throws Exception {
    files = TestFiles.tough(folder, "--include_source_info");
    files.putAll(TestFiles.services());
  }

  @Test
  void serviceFollowsItsNameAndFile() {
    assertThat(ProtoText.render(service("helloworld.proto", "Greeter")))
        .startsWith("// helloworld.Greeter (helloworld.proto)\n")
        .contains(
            "rpc SayHello(.helloworld.HelloRequest) returns (.helloworld.HelloReply);\n",
            "rpc SayHelloBidiStream(stream .helloworld.HelloRequest)"
                + " returns (stream .helloworld.HelloReply);\n");
  }

  @Test
  void methodIsAStatementWithItsComments() {
    assertThat(ProtoText.render(service("proto2.proto", "Calls").findMethodByName("Unary")))
        .isEqualTo(
            """
            // tough.two.Calls.Unary (proto2.proto)

            // On the method.
            rpc Unary(.tough.two.Tough) returns (.tough.two.Last);  // behind the method
            """);
  }

  @Test
  void fieldLeavesOutDetachedComments() {
    assertThat(ProtoText.render(tough().findFieldByName("a")))
        .isEqualTo(
            """
            // tough.two.Tough.a (proto2.proto)

            // Before a.
            required int32 a = 1;  // after a
            """);
  }

  @Test
  void mapFieldHidesItsEntry() {
    assertThat(ProtoText.render(tough().findFieldByName("by_name")))
        .isEqualTo(
            """
            // tough.two.Tough.by_name (proto2.proto)
            map<string, .tough.two.Tough.First> by_name = 11;
            """);
  }

  @Test
  void extensionIsInItsExtendBlockWithoutAJsonName() {
    assertThat(ProtoText.render(file("proto3.proto").findExtensionByName("plain")))
        .isEqualTo(
            """
            // tough.three.plain (proto3.proto)
            extend .google.protobuf.FieldOptions {
              string plain = 50030;
            }
            """);
  }

  @Test
  void oneofHasItsMembers() {
    GenericDescriptor oneof = message("proto3.proto", "Three").getRealOneofs().get(0);
    assertThat(ProtoText.render(oneof))
        .isEqualTo(
            """
            // tough.three.Three.one (proto3.proto)
            oneof one {
              int32 x = 3;
              .google.protobuf.Value y = 4;
            }
            """);
  }

  @Test
  void enumAndItsValueAreDescribedSeparately() {
    GenericDescriptor kind = Objects.requireNonNull(tough().findEnumTypeByName("Kind"));
    assertThat(ProtoText.render(kind))
        .startsWith("// tough.two.Tough.Kind (proto2.proto)\nenum Kind {\n");
    assertThat(ProtoText.render(tough().findEnumTypeByName("Kind").findValueByName("SECOND")))
        .isEqualTo("// tough.two.Tough.Kind.SECOND (proto2.proto)\nSECOND = 16;\n");
  }

  @Test
  void visibilityIsPrinted() {
    assertThat(ProtoText.render(message("edition2024.proto", "Shown"), files.values()))
        .contains("export message Shown {", "local message Inside {}", "export enum Told {");
  }

  @Test
  void undeclaredOptionIsLeftOutAndNamedByNumber() {
    assertThat(ProtoText.render(message("edition2024.proto", "Shown")))
        .contains("// left out: option 50009, which no available file declares\n")
        .doesNotContain("  option ");
  }

  @Test
  void typeOfAMissingImportKeepsItsName() throws Exception {
    FileDescriptor lone =
        parsed(
            """
            name: "lone.proto" package: "lone" dependency: "gone.proto" syntax: "proto3"
            message_type { name: "M" field {
              name: "f" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".gone.Type" } }
            """);
    assertThat(ProtoText.render(lone))
        .isEqualTo(
            """
            syntax = "proto3";

            package lone;

            import "gone.proto";

            message M {
              .gone.Type f = 1;
            }
            """);
  }

  @Test
  void commentsCannotControlATerminal() throws Exception {
    FileDescriptor evil =
        parsed(
            """
            name: "evil.proto" message_type { name: "M" }
            source_code_info { location {
              path: 4 path: 0 span: 1 span: 0 span: 9
              leading_comments: " red \\033[31m\\n }\\r\\n option" } }
            """);
    assertThat(ProtoText.render(message(evil, "M")))
        .isEqualTo("// M (evil.proto)\n\n// red \\u001b[31m\n// }\n// option\nmessage M {}\n");
  }

  private static FileDescriptor parsed(String text) throws Exception {
    return FileDescriptor.buildFrom(
        TextFormat.parse(text, FileDescriptorProto.class), new FileDescriptor[0], true);
  }

  private static Descriptor tough() {
    return message("proto2.proto", "Tough");
  }

  private static FileDescriptor file(String name) {
    return Objects.requireNonNull(files.get(name), name);
  }

  private static Descriptor message(String file, String name) {
    return message(file(file), name);
  }

  private static Descriptor message(FileDescriptor file, String name) {
    return Objects.requireNonNull(file.findMessageTypeByName(name), name);
  }

  private static ServiceDescriptor service(String file, String name) {
    return Objects.requireNonNull(file(file).findServiceByName(name), name);
  }
}
