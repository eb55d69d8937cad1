package dev.grpcos.gateway.trust;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.grpcos.gateway.process.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AccessTokenFileTest {
  private static final String TOKEN = "0123456789abcdef";

  @TempDir private Path folder;

  private Path write(String content, String mode) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), content, ISO_8859_1);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String read(Path file) throws IOException {
    return new String(AccessTokenFile.read(file, OwnProcess.uid()), ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(strings = {TOKEN, TOKEN + "\n", " " + TOKEN + "\r\n\n"})
  void whiteSpaceAroundTheTokenIsDropped(String content) throws Exception {
    assertThat(read(write(content, "rw-------"))).isEqualTo(TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "rw-r-----"})
  void groupMayReadTheToken(String mode) throws Exception {
    assertThat(read(write(TOKEN, mode))).isEqualTo(TOKEN);
  }

  @ParameterizedTest
  @CsvSource({
    "rw-r--r--, is accessible to all users; chmod o= ",
    "rw-----w-, is accessible to all users; chmod o= ",
    "rw--w----, 'can be written by others'",
  })
  void tokenThatOthersCanReadOrChangeIsRefused(String mode, String problem) throws Exception {
    Path file = write(TOKEN, mode);
    assertThatIOException().isThrownBy(() -> read(file)).withMessageContaining(problem);
  }

  @Test
  void tokenInAFolderThatOthersCanChangeIsRefused() throws Exception {
    Path file = write(TOKEN, "rw-------");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatIOException()
        .isThrownBy(() -> read(file))
        .withMessageContaining("%s can be written by others", folder);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'has 0 characters, but a token has at least 16; create one: (umask 077; openssl rand'",
    "0123456789abcde, has 15 characters",
    "0123456789 abcdef, 'has a character that is not visible ASCII, such as a space'",
    "'0123456789abcdef\n0123456789abcdef', has more than one line",
    "0123456789abcdé0, has a character that is not visible ASCII",
  })
  void contentThatIsNoTokenIsRefused(String content, String problem) throws Exception {
    Path file = write(content, "rw-------");
    assertThatIOException()
        .isThrownBy(() -> read(file))
        .withMessageStartingWith(file + " " + problem);
  }

  @Test
  void largeFileIsRefused() throws Exception {
    Path file = write("x".repeat(10_000), "rw-------");
    assertThatIOException()
        .isThrownBy(() -> read(file))
        .withMessageContaining("has more than 4096 characters");
  }

  @Test
  void pathsInCommandsAreWords() throws Exception {
    Path absent = folder.resolve("a token");
    assertThatIOException()
        .isThrownBy(() -> read(absent))
        .withMessageEndingWith("rand -hex 32 > '%s')", absent);
    Path open = Files.copy(write(TOKEN, "rw-r--r--"), absent, StandardCopyOption.COPY_ATTRIBUTES);
    assertThatIOException()
        .isThrownBy(() -> read(open))
        .withMessage("%1$s is accessible to all users; chmod o= '%1$s'", open);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw--w----"));
    assertThatIOException()
        .isThrownBy(() -> read(open))
        .withMessageEndingWith("; chmod go-w '%s'", open);
  }

  @Test
  void absentFileAndFolderAreRefused() {
    Path absent = folder.resolve("absent");
    assertThatIOException()
        .isThrownBy(() -> read(absent))
        .withMessageStartingWith(absent + " does not exist; create one: ");
    assertThatIOException()
        .isThrownBy(() -> read(folder))
        .withMessage(folder + " is not a file; give the path of a file");
  }
}
