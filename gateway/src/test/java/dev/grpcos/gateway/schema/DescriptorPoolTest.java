package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests the pipeline from descriptor files to linked descriptors. */
class DescriptorPoolTest {
  private static DescriptorPool pool(String... texts) throws Exception {
    List<DescriptorFile> files = new ArrayList<>();
    for (String text : texts) {
      files.add(DescriptorFile.of(TextFormat.parse(text, FileDescriptorProto.class)));
    }
    return new DescriptorPool(files);
  }

  private static FileDescriptorProto repaired(DescriptorPool pool, String name) {
    return pool.repaired().stream()
        .filter(file -> file.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String message(String file, String name, String more) {
    return """
    name: "%s" package: "p" syntax: "proto3" message_type { name: "%s" } %s
    """
        .formatted(file, name, more);
  }

  @Test
  void correctFilesStayUnchanged() throws Exception {
    DescriptorPool pool = pool(message("a.proto", "A", ""));
    assertThat(repaired(pool, "a.proto")).isSameAs(pool.table().get("a.proto"));
    assertThat(pool.problems()).isEmpty();
  }

  @Test
  void unusedMissingImportIsDropped() throws Exception {
    DescriptorPool pool =
        pool(
            message(
                "a.proto",
                "A",
                "dependency: [\"no/such.proto\", \"b.proto\"]" + " public_dependency: 1"),
            message("b.proto", "B", ""));
    FileDescriptorProto file = repaired(pool, "a.proto");
    assertThat(file.getDependencyList()).containsExactly("b.proto");
    assertThat(file.getPublicDependencyList()).containsExactly(0);
    assertThat(pool.problems()).isEmpty();
  }

  @Test
  void missingImportThatAnOptionMayNeedIsReported() throws Exception {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("a.proto")
            .setPackage("p")
            .addDependency("options.proto");
    file.addMessageTypeBuilder()
        .setName("A")
        .getOptionsBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(50001, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build());
    DescriptorPool pool = new DescriptorPool(List.of(DescriptorFile.of(file.build())));
    assertThat(pool.problems()).containsExactly("a.proto imports options.proto, which is missing");
    assertThat(pool.symbol("p.A")).isNotNull();
  }

  @Test
  void missingTypeIsReported() throws Exception {
    DescriptorPool pool =
        pool(
            """
            name: "a.proto" package: "p" syntax: "proto3"
            message_type { name: "A" field { name: "b" number: 1 label: LABEL_OPTIONAL
              type: TYPE_MESSAGE type_name: ".p.B" } }
            """);
    assertThat(pool.problems()).containsExactly("a.proto uses p.B, which no file declares");
    FileDescriptor file = Objects.requireNonNull(pool.file("a.proto"));
    assertThat(pool.isIncomplete(file)).isTrue();
    assertThat(pool.gaps(file)).isEqualTo("a.proto uses p.B, which no file declares");
  }

  @Test
  void fileWithTwoNamesDeclaresItsSymbolsOnce() throws Exception {
    DescriptorPool pool =
        pool(message("a.proto", "A", ""), message("x/a.proto", "A", "dependency: \"b.proto\""));
    FileDescriptorProto other = repaired(pool, "x/a.proto");
    assertThat(other.getMessageTypeCount()).isZero();
    assertThat(other.getDependencyList()).containsExactly("a.proto");
    assertThat(other.getPublicDependencyList()).containsExactly(0);
  }

  @Test
  void importCycleKeepsCommentsAndNames() throws Exception {
    String comment =
        "source_code_info { location { path: [4, 0] span: [1, 1, 1] "
            + "leading_comments: \"%s\" } }";
    DescriptorPool pool =
        pool(
            message("b.proto", "B", "dependency: \"a.proto\" " + comment.formatted("of B")),
            message("a.proto", "A", "dependency: \"b.proto\" " + comment.formatted("of A")));
    FileDescriptorProto whole = repaired(pool, "a.proto");
    assertThat(whole.getMessageTypeList()).extracting("name").containsExactly("A", "B");
    assertThat(whole.getDependencyList()).isEmpty();
    assertThat(whole.getSourceCodeInfo().getLocationList())
        .extracting(Location::getPathList, Location::getLeadingComments)
        .containsExactly(tuple(List.of(4, 0), "of A"), tuple(List.of(4, 1), "of B"));
    assertThat(repaired(pool, "b.proto").getDependencyList()).containsExactly("a.proto");
    assertThat(pool.symbol("p.B")).isNotNull();
  }

  @Test
  void importCycleWithDuplicateNameIsCut() throws Exception {
    DescriptorPool pool =
        pool(
            message("a.proto", "A", "dependency: \"b.proto\""),
            message("b.proto", "A", "dependency: \"a.proto\" message_type { name: \"B\" }"));
    assertThat(pool.symbol("p.A")).isNotNull();
    assertThat(pool.closure(List.of("a.proto")))
        .filteredOn(one -> pool.isIncomplete(one.linked()))
        .extracting(one -> pool.gaps(one.linked()))
        .singleElement()
        .asString()
        .endsWith("which imports it in turn");
  }

  @Test
  void longChainOfImportsIsLinked() throws Exception {
    List<String> chain = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      chain.add(message("f" + i, "M" + i, "dependency: \"f" + (i + 1) + "\""));
    }
    chain.add(message("f3000", "M3000", ""));
    assertThat(pool(chain.toArray(new String[0])).symbol("p.M0")).isNotNull();
  }
}
