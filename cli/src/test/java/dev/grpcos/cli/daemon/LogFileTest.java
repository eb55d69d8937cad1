package dev.grpcos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.cli.invocation.StreamKind;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.gateway.process.OwnProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogFileTest {
  @TempDir Path folder;
  private Path path;
  private LogFile log;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @BeforeEach
  void name() {
    path = folder.resolve("g.sock.log");
    log = LogFile.of(folder.resolve("g.sock"));
  }

  @Test
  void newLogIsReadableOnlyByItsUser() throws IOException {
    assertThat(log.open()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void existingLogIsAppendedTo() throws IOException {
    Files.writeString(path, "old\n");
    assertThat(log.open()).isEqualTo(4);
    assertThat(path).hasContent("old\n");
  }

  @Test
  void longLogReplacesTheOldLogAtAStart() throws IOException {
    Path old = folder.resolve("g.sock.log.1");
    Files.writeString(old, "older\n");
    Files.write(path, new byte[(4 << 20) + 1]);
    assertThat(log.open()).isZero();
    assertThat(old).hasSize((4 << 20) + 1L);
  }

  @Test
  void logBehindASymbolicLinkIsRefused() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "");
    Files.createSymbolicLink(path, other);
    assertRefused("it is a symbolic link, not a regular file; remove it");
    assertThat(other).isEmptyFile();
  }

  @Test
  void logThatIsNotAFileIsNotOpened() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    assertRefused("it is a FIFO, not a regular file; remove it");
    assertThatThrownBy(() -> log.print(1, new StandardOutput(written, StreamKind.PIPE)))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("it is a FIFO");
    Files.delete(path);
    Files.createDirectory(path);
    assertRefused("it is a folder, not a regular file; remove it");
    assertThatThrownBy(() -> LogStream.open(Path.of("/dev/null")))
        .hasMessage("it is a device, not a regular file; remove it");
  }

  @Test
  void logOfAnotherUserIsRefused() throws IOException {
    assumeTrue(OwnProcess.uid() == 0, "needs root to give the file to another user");
    Files.writeString(path, "precious\n");
    Files.setAttribute(path, "unix:uid", 65534);
    assertRefused("it belongs to uid 65534; remove it, or use another file");
    assertThat(path).hasContent("precious\n");
  }

  @Test
  void logInAFolderOfAnotherUserIsRefused() throws IOException {
    assumeTrue(OwnProcess.uid() == 0, "needs root to give the folder to another user");
    Files.setAttribute(folder, "unix:uid", 65534);
    assertRefused("folder " + folder + " belongs to uid 65534; use a folder of your own");
    assertThat(path).doesNotExist();
  }

  @Test
  void logInAFolderThatOthersCanWriteIsRefused() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xrwx"));
    assertRefused("folder " + folder + " can be written by others; chmod o-w " + folder);
    // No other user can replace a file in a sticky folder.
    Files.setAttribute(folder, "unix:mode", 01777);
    assertThat(log.open()).isZero();
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(log::open).isInstanceOf(IOException.class).hasMessageContaining(reason);
    assertThatThrownBy(log::append)
        .isInstanceOf(CliException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"0, ''", "1, 'c\n'", "2, 'b\nc\n'", "3, 'a\nb\nc\n'", "9, 'a\nb\nc\n'"})
  void lastLinesArePrinted(int lines, String expected) throws IOException {
    Files.writeString(path, "a\nb\nc\n");
    assertThat(log.print(lines, new StandardOutput(written, StreamKind.PIPE))).isEqualTo(6);
    assertThat(written).hasToString(expected);
  }

  @Test
  void lastLinesMayBeLongerThanABlock() throws IOException {
    String line = "x".repeat(100_000) + "\n";
    Files.writeString(path, "first\n" + line + line);
    log.print(2, new StandardOutput(written, StreamKind.PIPE));
    assertThat(written.size()).isEqualTo(2 * line.length());
  }

  @Test
  void textSinceAPositionIsItsLastBlock() throws IOException {
    Files.writeString(path, "before\nafter\n");
    assertThat(log.since(7)).isEqualTo("after");
    Files.writeString(path, "x".repeat(1 << 17));
    assertThat(log.since(0)).hasSize(1 << 16);
  }

  @Test
  void errorForAMissingLogNamesItsPathAndTheCommand() {
    assertThatThrownBy(() -> log.print(1, new StandardOutput(written, StreamKind.PIPE)))
        .isInstanceOf(CliException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining("gateway start");
  }
}
