package dev.grpcos.cli.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogStreamTest {
  @TempDir Path folder;

  private static void line(LogStream log, String text) throws Exception {
    log.write((text + "\n").getBytes(UTF_8));
  }

  @Test
  void linesGoToTheFileThatHasTheNameAfterAReopen() throws Exception {
    Path path = folder.resolve("log");
    Path moved = folder.resolve("log.1");
    try (LogStream log = LogFile.at(path).append()) {
      line(log, "one");
      Files.move(path, moved);
      line(log, "two");
      log.reopen();
      line(log, "three");
    }
    assertThat(moved).hasContent("one\ntwo\n");
    assertThat(path).hasContent("three\n");
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void previousFileStaysInUseIfTheNameCannotBeOpened() throws Exception {
    Path path = Files.createDirectory(folder.resolve("logs")).resolve("log");
    Path moved = folder.resolve("log.1");
    try (LogStream log = LogFile.at(path).append()) {
      Files.move(path, moved);
      Files.createDirectory(path);
      log.reopen();
      line(log, "still here");
    }
    assertThat(moved).hasContent("still here\n");
  }

  @Test
  void existingLogIsAppendedTo() throws Exception {
    Path path = Files.writeString(folder.resolve("log"), "before\n");
    try (LogStream log = LogFile.at(path).append()) {
      line(log, "after");
    }
    assertThat(path).hasContent("before\nafter\n");
  }
}
