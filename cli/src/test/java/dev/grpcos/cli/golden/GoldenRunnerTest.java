package dev.grpcos.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.distribution.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the runner with {@code sh -c} as the command. */
final class GoldenRunnerTest {
  private static final CallPath COLD =
      new ProcessPath(Path.of("/bin/sh"), ProcessPath.StartKind.COLD);
  private static final CallPath LAUNCHER =
      new ProcessPath(Path.of("/bin/sh"), ProcessPath.StartKind.LAUNCHER);

  @TempDir Path root;
  private Path folder;
  private GoldenRunner runner;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(root.resolve("group/name"));
    runner =
        new GoldenRunner(
            Path.of("/run/g.sock"),
            Map.of("interop", "unix:/i.sock"),
            Map.of("STALE", Path.of("/s.sock")),
            root);
  }

  @Test
  void exitCodeAndBothOutputsAreSeparate() throws IOException {
    write("argv.nul", "-c\0echo out; printf err >&2; exit 70\0");
    assertThat(run()).isEqualTo(new Outcome(70, "out\n", "err"));
  }

  @Test
  void wordsReplacePathsInInputAndOutput() throws IOException {
    write("argv", "-c\npwd; echo \"$1 $GRPCOS_SOCKET $NAME\"\nsh\n{CWD}/f\n");
    write("env", "NAME={SOCKET}\n");
    assertThat(run().stdout()).isEqualTo("{CWD}\n{CWD}/f {SOCKET} {SOCKET}\n");
  }

  @Test
  void filesAreCopiedToTheWorkingFolder() throws IOException {
    Files.createDirectories(folder.resolve("files/sub"));
    write("files/sub/a", "content");
    write("argv", "-c\ncat sub/a; echo more >sub/a\n");
    assertThat(run().stdout()).isEqualTo("content");
    assertThat(run().stdout()).isEqualTo("content");
  }

  @ParameterizedTest
  @CsvSource({
    "pipe, 'readlink /proc/self/fd/0 | cut -d: -f1; cat', 'pipe\ngiven'",
    "file, 'readlink /proc/self/fd/0 | grep -o group/name/stdin; cat', 'group/name/stdin\ngiven'",
    "null, 'readlink /proc/self/fd/0', '/dev/null\n'",
    "closed, 'true 3<&0 || echo closed', 'closed\n'",
  })
  void stdinHasItsKind(String kind, String script, String stdout) throws IOException {
    write("stdin", "given");
    write("stdin.kind", kind);
    write("argv", "-c\n" + script + "\n");
    assertThat(run().stdout()).isEqualTo(stdout);
  }

  @Test
  void pipeHeldOpenHasNoEnd() throws IOException {
    write("stdin", "first\n");
    write("stdin.kind", "held-open");
    write("argv", "-c\nread -r a; echo \"$a\"; timeout 0.2 cat; echo $?\n");
    assertThat(run().stdout()).isEqualTo("first\n124\n");
  }

  @Test
  void setupRunsFirstInTheWorkingFolder() throws IOException {
    write("setup", "mkdir -m 0750 sub\n");
    write("argv", "-c\nstat -c %a sub; echo {STALE}\n");
    assertThat(run().stdout()).isEqualTo("750\n{STALE}\n");
    write("setup", "exit 3\n");
    assertThatThrownBy(this::run).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void caseWithAFallbackHasJavaOnEveryPath() throws IOException {
    write("argv", "-c\necho \"$JAVA_HOME\"\n");
    write("fallback", "");
    GoldenCase golden = GoldenCase.read(folder);
    assertThat(runner.run(golden, LAUNCHER).stdout()).isNotEqualTo("/nonexistent\n");
  }

  @Test
  void targetIsATestServersAddress() throws IOException {
    write("argv", "-c\necho \"$GRPCOS_TARGET\" | tr a-z A-Z; echo \"$GRPCOS_TARGET\"\n");
    write("target", "interop\n");
    assertThat(run().stdout()).isEqualTo("UNIX:/I.SOCK\n{TARGET}\n");
    write("target", "absent\n");
    assertThatThrownBy(this::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("absent")
        .hasMessageContaining("interop");
  }

  @Test
  void pathsAreChosenByTheEnvironment() throws IOException {
    write("argv", "-c\necho \"$GRPCOS_COLD $JAVA_HOME\"\n");
    GoldenCase golden = GoldenCase.read(folder);
    assertThat(runner.run(golden, COLD).stdout()).startsWith("1 /");
    assertThat(runner.run(golden, LAUNCHER).stdout()).isEqualTo(" /nonexistent\n");
  }

  private Outcome run() throws IOException {
    return runner.run(GoldenCase.read(folder), COLD);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }
}
