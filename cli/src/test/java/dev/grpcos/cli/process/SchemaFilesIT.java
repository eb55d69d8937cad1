package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas that are written to files, and read again. */
final class SchemaFilesIT {
  @TempDir static Path folder;

  private static TestGateway gateway;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = TestGateway.run(folder.resolve("run/gateway.sock"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @Test
  void reflectionIsWrittenAsADescriptorSetThatCallsWithoutReflection() throws Exception {
    assertSucceeds(grpcos("describe", "Greeter", "--protoset-out", "greeter.binpb"));
    FileDescriptorSet set =
        FileDescriptorSet.parseFrom(Files.readAllBytes(folder.resolve("greeter.binpb")));
    assertThat(set.getFileList())
        .extracting(FileDescriptorProto::getName)
        .containsExactly("helloworld.proto");
    assertThat(grpcos("call", "--protoset", "greeter.binpb", "SayHello", "name=world"))
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello world\"}\n", ""));
  }

  @Test
  void importsStandBeforeTheirImporters() throws Exception {
    assertSucceeds(grpcos("describe", "--protoset-out", "all.binpb"));
    FileDescriptorSet set =
        FileDescriptorSet.parseFrom(Files.readAllBytes(folder.resolve("all.binpb")));
    for (int i = 0; i < set.getFileCount(); i++) {
      assertThat(set.getFileList().subList(0, i))
          .extracting(FileDescriptorProto::getName)
          .containsAll(set.getFile(i).getDependencyList());
    }
    assertThat(set.getFileList())
        .extracting(FileDescriptorProto::getName)
        .doesNotHaveDuplicates()
        .contains("helloworld.proto", "google/protobuf/timestamp.proto");
  }

  @Test
  void sourcesAreWrittenByTheirPathsAndCompileAgain() {
    assertSucceeds(grpcos("describe", "--proto-out-dir", "protos"));
    assertThat(folder.resolve("protos/helloworld.proto")).content().contains("service Greeter");
    assertThat(grpcos("list", "-I", "protos", "--proto", "helloworld.proto").stdout())
        .isEqualTo("helloworld.Greeter\n");
    assertThat(grpcos("call", "--proto", "protos/helloworld.proto", "SayHello", "name=world"))
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello world\"}\n", ""));
  }

  @Test
  void schemaInFilesNeedsNoServer() {
    assertSucceeds(grpcos("describe", "Greeter", "--protoset-out", "offline.binpb"));
    Command command = command("list", "--protoset", "offline.binpb");
    assertThat(command.with("GRPCOS_SOCKET", folder.resolve("none.sock").toString()).run())
        .isEqualTo(new Outcome(0, "helloworld.Greeter\n", ""));
  }

  private static void assertSucceeds(Outcome outcome) {
    assertThat(outcome).isEqualTo(new Outcome(0, "", ""));
  }

  private static Outcome grpcos(String... arguments) {
    return command(arguments).run();
  }

  private static Command command(String... arguments) {
    return new Command(Distribution.built().grpcos(), arguments)
        .with("HOME", folder.toString())
        .with("GRPCOS_SOCKET", gateway.socket().toString())
        .in(folder);
  }
}
