package dev.grpcos.cli.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PagerTest {
  @TempDir Path folder;

  private void program(String name) throws IOException {
    Files.createFile(
        folder.resolve(name),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private Map<String, String> path(String name, String value) {
    return Map.of("PATH", "/nonexistent:" + folder, name, value);
  }

  @Test
  void lessIsTheDefaultWhereItExistsAndTheTerminalIsAble() throws Exception {
    assertThat(Pager.find(path("TERM", "xterm"))).isNull();
    program("less");
    assertThat(Pager.find(path("TERM", "xterm"))).isEqualTo("less");
    assertThat(Pager.find(path("TERM", "dumb"))).isNull();
    assertThat(Pager.find(path("OTHER", "x"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "cat"})
  void nothingAndCatAreNoPager(String pager) throws Exception {
    program("cat");
    assertThat(Pager.find(path("PAGER", pager))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"more", "more -d", "$MORE", "A=b more2", "'my more'", "(more2)"})
  void pagerIsAShellCommand(String pager) throws Exception {
    program("more");
    assertThat(Pager.find(path("PAGER", pager))).isEqualTo(pager);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec more", "command more -d", "{ more; }", "! more", "cd /; more"})
  void pagerMayBeginWithAWordOfTheShell(String pager) throws Exception {
    assertThat(Pager.find(path("PAGER", pager))).isEqualTo(pager);
  }

  @ParameterizedTest
  @ValueSource(strings = {"more2", "more2 -d", "/nonexistent/more"})
  void programThatDoesNotExistIsNamed(String pager) throws Exception {
    program("more");
    assertThatThrownBy(() -> Pager.find(path("PAGER", pager)))
        .hasMessage("the program '" + pager.replaceFirst(" .*", "") + "' was not found");
  }
}
