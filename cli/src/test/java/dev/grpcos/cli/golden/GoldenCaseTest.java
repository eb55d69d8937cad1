package dev.grpcos.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.golden.GoldenCase.StdinKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GoldenCaseTest {
  @TempDir Path root;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(root.resolve("group/name"));
  }

  @Test
  void emptyFolderMeansNoArgumentsAndNoOutput() throws IOException {
    GoldenCase golden = GoldenCase.read(folder);
    assertThat(golden.name()).isEqualTo("group/name");
    assertThat(golden.argv()).isEmpty();
    assertThat(golden.kind()).isEqualTo(StdinKind.NULL);
    assertThat(golden.target()).isEmpty();
    assertThat(golden.expected()).isEqualTo(new Outcome(0, "", ""));
  }

  @Test
  void argumentsAreLinesOrEndedByNul() throws IOException {
    write("argv", "call\n\na b\n");
    assertThat(GoldenCase.read(folder).argv()).containsExactly("call", "", "a b");
    write("argv.nul", "two\nlines\0\0");
    assertThat(GoldenCase.read(folder).argv()).containsExactly("two\nlines", "");
  }

  @Test
  void stdinIsAPipeUnlessItsKindIsGiven() throws IOException {
    write("stdin", "{}");
    assertThat(GoldenCase.read(folder).kind()).isEqualTo(StdinKind.PIPE);
    write("stdin.kind", "held-open\n");
    assertThat(GoldenCase.read(folder).kind()).isEqualTo(StdinKind.HELD_OPEN);
  }

  @Test
  void environmentIsSplitAtTheFirstEqualsSign() throws IOException {
    write("env", "A=b=c\nEMPTY=\n");
    assertThat(GoldenCase.read(folder).env()).isEqualTo(Map.of("A", "b=c", "EMPTY", ""));
  }

  @Test
  void mistypedFileNameIsRefused() throws IOException {
    write("sdtout", "x");
    assertThatThrownBy(() -> GoldenCase.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sdtout");
  }

  @Test
  void updateWritesWhatIsReadBack() throws IOException {
    write("stdout", "old");
    Outcome outcome = new Outcome(2, "", "grpcos: ü\n");
    GoldenCase.read(folder).update(outcome);
    assertThat(folder.resolve("stdout")).doesNotExist();
    assertThat(GoldenCase.read(folder).expected()).isEqualTo(outcome);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }
}
