package dev.grpcos.gateway.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.process.OwnProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedFileTest {
  @TempDir Path folder;
  private Path links = Path.of("/");
  private Path middle = Path.of("/");
  private Path tool = Path.of("/");

  @BeforeEach
  void create() throws Exception {
    links = Files.createDirectory(folder.resolve("links"));
    middle = Files.createDirectory(folder.resolve("middle"));
    tool = Files.createFile(Files.createDirectory(folder.resolve("end")).resolve("tool"));
    for (Path each : new Path[] {folder, links, middle, tool.resolveSibling(""), tool}) {
      mode(each, "rwxr-xr-x");
    }
  }

  private static void mode(Path file, String mode) throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static Optional<String> distrust(Path file) {
    return TrustedFile.distrust(file, OwnProcess.uid());
  }

  @Test
  void foldersOfAllLinksOnTheWayAreChecked() throws Exception {
    Path link = Files.createSymbolicLink(middle.resolve("tool"), Path.of("../end/./tool"));
    Path first = Files.createSymbolicLink(links.resolve("tool"), link);
    assertThat(distrust(first)).isEmpty();

    mode(middle, "rwxrwxrwx");
    assertThat(distrust(first)).get().asString().startsWith(middle + " can be written by others");
  }

  @Test
  void linksToFoldersAreFollowed() throws Exception {
    Path link = Files.createSymbolicLink(middle.resolve("end"), folder.resolve("end"));
    Path first = Files.createSymbolicLink(links.resolve("end"), link);
    assertThat(distrust(first.resolve("tool"))).isEmpty();

    mode(middle, "rwxrwxr-x");
    assertThat(distrust(first.resolve("tool"))).get().asString().startsWith(middle.toString());
  }

  @Test
  void fileThatOthersCanWriteIsNotTrusted() throws Exception {
    assertThat(distrust(tool)).isEmpty();
    mode(tool, "rwxr-xrwx");
    assertThat(distrust(tool)).get().asString().startsWith(tool + " can be written by others");
  }

  @Test
  void linksInACircleAreNotTrusted() throws Exception {
    Path other = links.resolve("b");
    Path circle = Files.createSymbolicLink(links.resolve("a"), other);
    Files.createSymbolicLink(other, circle);
    assertThat(distrust(circle)).hasValue(circle + " has too many symbolic links");
  }

  @Test
  void missingFileIsReported() {
    Path missing = folder.resolve("none");
    assertThat(distrust(missing)).hasValue(missing + " does not exist");
  }
}
