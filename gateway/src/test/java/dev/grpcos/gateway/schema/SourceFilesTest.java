package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the names of sources, which work the same in commands and configurations. */
final class SourceFilesTest {
  private static final SourceWords WORDS = new SourceWords("source", "folder", "set", "here");

  @TempDir Path temporary;

  private Path base;

  @BeforeEach
  void writeSources() throws Exception {
    base = temporary.resolve("a:b/base");
    source("here/one.proto", "one");
    source("beside/one.proto", "two");
    source("here/@two.proto", "two");
    source("here/deep/three.proto", "three");
    source("../outside/four.proto", "four");
    Files.createDirectory(base.resolve("empty"));
  }

  @Test
  void fileBelowTheBaseIsNamedRelativeToIt() throws Exception {
    assertThat(find(List.of(), "here/one.proto"))
        .isEqualTo(new SourceFiles(List.of(base), List.of("here/one.proto")));
    assertThat(find(List.of(), base + "/here/../here/one.proto", "./here/one.proto"))
        .isEqualTo(new SourceFiles(List.of(base), List.of("here/one.proto")));
  }

  @Test
  void fileOutsideOfTheBaseIsNamedRelativeToItsFolder() throws Exception {
    assertThat(find(List.of(), "../outside/four.proto"))
        .isEqualTo(
            new SourceFiles(List.of(base.resolveSibling("outside"), base), List.of("four.proto")));
  }

  @Test
  void folderIsItsOwnImportRoot() throws Exception {
    assertThat(find(List.of(), "here"))
        .isEqualTo(
            new SourceFiles(
                List.of(base.resolve("here"), base),
                List.of("@two.proto", "deep/three.proto", "one.proto")));
    assertThat(find(List.of(), "here/deep/three.proto", "here").names())
        .containsExactlyInAnyOrder("deep/three.proto", "@two.proto", "one.proto");
    assertThat(find(List.of(), base.resolve("here/.").toString()).names()).contains("one.proto");
  }

  @Test
  void linkToAFolderIsAFolder() throws Exception {
    Files.createSymbolicLink(base.resolve("link"), base.resolve("here"));
    assertThat(find(List.of(), "link").names())
        .containsExactly("@two.proto", "deep/three.proto", "one.proto");
  }

  @Test
  void importFoldersComeFirst() throws Exception {
    assertThat(find(List.of("here"), "here/one.proto").names()).containsExactly("one.proto");
    assertThat(find(List.of("here"), "one.proto").names()).containsExactly("one.proto");
    assertThat(find(List.of("here"), "here").names()).contains("deep/three.proto");
    assertThat(find(List.of("."), "here/deep").names()).containsExactly("here/deep/three.proto");
    assertThat(find(List.of("beside"), "here/deep/three.proto").folders())
        .containsExactly(base.resolve("beside"), base);
  }

  @Test
  void missingFilesAreReported() {
    assertRefused(
        true,
        "source none.proto: there is no such file, neither here nor in a folder given with folder",
        List.of(),
        "none.proto");
    assertRefused(true, "folder none: there is no such folder", List.of("none"), "here");
    assertRefused(false, "source '': the name is empty; name a file or a folder", List.of(), "");
    assertRefused(
        false,
        "source empty: the folder has no file whose name ends in .proto",
        List.of(),
        "empty");
    assertRefused(
        false, "source /dev/null: is neither a file nor a folder", List.of(), "/dev/null");
    assertThatThrownBy(() -> find(List.of(), "a\0b"))
        .isInstanceOf(SourceException.class)
        .hasMessageStartingWith("source: is not a path");
  }

  @Test
  void hiddenFileIsReported() {
    assertThatThrownBy(() -> find(List.of("beside", "here"), "here/one.proto"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("as 'one.proto', %s/beside/one.proto comes before it", base);
  }

  /** The compiler reads a name after an @ as a file of options, and a colon as a separator. */
  @Test
  void noNameIsReadAsCompilerOption() throws Exception {
    Files.writeString(base.resolve("options"), "--version");
    source("--version", "v");
    assertRefused(
        true,
        "source @options: there is no such file, neither here nor in a folder given with folder",
        List.of(),
        "@options");
    source("@options", "five");
    assertThat(compiled("@options")).containsExactly("@options");
    assertThat(compiled("--version")).containsExactly("--version");
    assertThat(compiled("here")).containsExactly("@two.proto", "deep/three.proto", "one.proto");
  }

  private List<String> compiled(String source) throws Exception {
    return new NamedSources(List.of(source), List.of(), base, WORDS)
        .compile(TestProtoc.withIncludesIn(temporary)).files().stream()
            .map(FileDescriptorProto::getName)
            .toList();
  }

  private void assertRefused(boolean missing, String message, List<String> folders, String source) {
    assertThatThrownBy(() -> find(folders, source))
        .isInstanceOf(SourceException.class)
        .hasMessage(message)
        .extracting(e -> ((SourceException) e).isMissing())
        .isEqualTo(missing);
  }

  private SourceFiles find(List<String> folders, String... sources) throws SourceException {
    return SourceFiles.find(new NamedSources(List.of(sources), folders, base, WORDS));
  }

  private void source(String name, String scope) throws Exception {
    Path file = base.resolve(name).normalize();
    Files.createDirectories(file.getParent());
    Files.writeString(file, "syntax = \"proto3\"; package %s; message M {}".formatted(scope));
  }
}
