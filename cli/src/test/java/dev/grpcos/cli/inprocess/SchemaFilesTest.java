package dev.grpcos.cli.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.grpcos.cli.distribution.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests schemas that are written to files and read again. */
final class SchemaFilesTest {
  @TempDir static Path folder;

  private static InProcessGateway gateway;

  @BeforeAll
  static void startGateway() throws Exception {
    gateway = InProcessGateway.start(folder.resolve("run/gateway.sock"));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @Test
  void descriptorSetFromReflectionReplacesReflection() throws Exception {
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
  void importsPrecedeTheirImporters() throws Exception {
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
  void sourcesAreWrittenToTheirPathsAndCompile() {
    assertSucceeds(grpcos("describe", "--proto-out-dir", "protos"));
    assertThat(folder.resolve("protos/helloworld.proto")).content().contains("service Greeter");
    assertThat(grpcos("list", "-I", "protos", "--proto", "helloworld.proto").stdout())
        .isEqualTo("helloworld.Greeter\n");
    assertThat(grpcos("call", "--proto", "protos/helloworld.proto", "SayHello", "name=world"))
        .isEqualTo(new Outcome(0, "{\"message\":\"Hello world\"}\n", ""));
  }

  @Test
  void sourcesAreFoundByEveryKindOfName() throws Exception {
    source("a:b/here/one.proto", "one");
    source("a:b/beside/one.proto", "two");
    source("a:b/here/@two.proto", "two");
    source("a:b/here/deep/three.proto", "three");
    String here = folder.resolve("a:b/here").toString();
    assertLists("one.S", "here/one.proto");
    assertLists("one.S", here + "/one.proto", "-I", "here");
    assertLists("one.S", "here/one.proto", "-I", here);
    assertLists("one.S", "one.proto", "-I", "here");
    assertLists("one.S", "here/one.proto", "--proto", "./here/../here/one.proto");
    assertLists("three.S", "here/deep/three.proto", "-I", "beside");
    assertLists("two.S", "here/@two.proto");
    assertLists("two.S", "@two.proto", "-I", "here");
    assertLists("one.S\nthree.S\ntwo.S", "here");
    assertThat(command("list", "--proto", "../beside/one.proto").in(Path.of(here)).run().stdout())
        .isEqualTo("two.S\n");
  }

  @Test
  void unusableSourcesAreReported() throws Exception {
    source("a:b/here/one.proto", "one");
    source("a:b/beside/one.proto", "two");
    // The compiler would read the name as a file of options.
    Files.writeString(folder.resolve("a:b/options"), "--version");
    assertRefused(1, "--proto @options: there is no such file", "@options");
    assertRefused(1, "-I none: there is no such folder", "here", "-I", "none");
    assertRefused(2, "--proto '': the name is empty", "");
    assertRefused(
        2,
        "beside/one.proto comes before it",
        "beside",
        "-I",
        "beside",
        "-I",
        "here",
        "--proto",
        "here/one.proto");
  }

  private static void source(String name, String scope) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "syntax = \"proto3\"; package %s; message M {} service S { rpc Get(M) returns (M); }"
            .formatted(scope));
  }

  private static InProcessCommand listing(String... arguments) {
    List<String> all = new ArrayList<>(List.of("list", "--proto"));
    all.addAll(List.of(arguments));
    return command(all.toArray(new String[0])).in(folder.resolve("a:b"));
  }

  private static void assertLists(String services, String... arguments) throws Exception {
    assertThat(listing(arguments).run()).isEqualTo(new Outcome(0, services + "\n", ""));
  }

  private static void assertRefused(int exit, String words, String... arguments) {
    Outcome outcome = listing(arguments).run();
    assertThat(outcome.stderr()).startsWith("grpcos: ").contains(words).hasLineCount(1);
    assertThat(outcome.exit()).isEqualTo(exit);
  }

  @Test
  void schemaInFilesNeedsNoServer() {
    assertSucceeds(grpcos("describe", "Greeter", "--protoset-out", "offline.binpb"));
    InProcessCommand command = command("list", "--protoset", "offline.binpb");
    assertThat(command.with("GRPCOS_SOCKET", folder.resolve("none.sock").toString()).run())
        .isEqualTo(new Outcome(0, "helloworld.Greeter\n", ""));
  }

  private static void assertSucceeds(Outcome outcome) {
    assertThat(outcome).isEqualTo(new Outcome(0, "", ""));
  }

  private static Outcome grpcos(String... arguments) {
    return command(arguments).run();
  }

  private static InProcessCommand command(String... arguments) {
    return gateway.grpcos(arguments).with("HOME", folder.toString()).in(folder);
  }
}
