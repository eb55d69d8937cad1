package dev.grpcos.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the search for programs in PATH. */
final class ProgramSearchTest {
  @TempDir Path folder;
  private Path program;

  @BeforeEach
  void create() throws IOException {
    Files.createDirectories(folder.resolve("first/tool"));
    Files.createDirectory(folder.resolve("second"));
    Files.createFile(folder.resolve("second/tool"));
    Files.createDirectory(folder.resolve("third"));
    program =
        Files.createFile(
            folder.resolve("third/tool"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  @Test
  void foldersAndFilesThatAreNotExecutableAreSkipped() {
    String path = "%1$s/absent:%1$s/first:%1$s/second:%1$s/third".formatted(folder);

    assertThat(ProgramSearch.find("tool", path, folder)).contains(program);
    assertThat(ProgramSearch.find("tool", path, null)).contains(program);
  }

  @Test
  void relativeFoldersAreSearchedInTheFolderThatIsGiven() {
    assertThat(ProgramSearch.find("tool", "first:third", folder)).contains(program);
    assertThat(ProgramSearch.find("tool", "first:third", null)).isEmpty();
  }

  @Test
  void emptyFoldersAreSkipped() {
    assertThat(ProgramSearch.find("tool", ":", folder.resolve("third"))).isEmpty();
  }

  @Test
  void withoutPathTheSystemsFoldersAreSearched() {
    assertThat(ProgramSearch.find("sh", null, null)).isPresent();
  }
}
