package dev.grpcos.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TemporaryFolderTest {
  @TempDir private Path parent;

  @Test
  void folderIsPrivate() throws Exception {
    Path folder = TemporaryFolder.create(parent, "grpcos-x-");
    assertThat(folder).hasParent(parent);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  @Test
  void errorNamesTheFolderAndTmpdir() throws Exception {
    Path file = Files.createFile(parent.resolve("file"));
    Path missing = parent.resolve("missing");
    assertThatThrownBy(() -> TemporaryFolder.create(missing, "grpcos-x-"))
        .isInstanceOf(SchemaException.class)
        .hasMessage(error(missing, "No such file or directory"));
    assertThatThrownBy(() -> TemporaryFolder.create(file, "grpcos-x-"))
        .hasMessage(error(file, "Not a directory"));
  }

  @Test
  void errorOfAFileIsTheSame() {
    assertThat(TemporaryFolder.failure(new IOException("No space left on device")))
        .hasMessage(
            error(Path.of(System.getProperty("java.io.tmpdir")), "No space left on device"));
  }

  private static String error(Path folder, String reason) {
    return "temporary folder %s: cannot be written: %s; make it writable, or set TMPDIR to another folder"
        .formatted(folder, reason);
  }
}
