package dev.grpcos.gateway.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.grpcos.gateway.process.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files of a command have to be safe from other users, for a gateway of root's. */
final class TrustedCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    assumeTrue(OwnProcess.uid() == 0, "needs root: only its gateway checks more than the program");
    write("open.sh", "#!/bin/sh\ncat\n", "rwxrwxrwx");
    write("open.txt", "cat\n", "rw-rw-rw-");
    write("closed.sh", "#!/bin/sh\ncat\n", "rwxr-xr-x");
    write("by-open.sh", "#!" + folder.resolve("open.sh") + "\n", "rwxr-xr-x");
    write("by-python.sh", "#!/usr/bin/env -S python3 " + folder + "/open.txt\n", "rwxr-xr-x");
    Files.createSymbolicLink(folder.resolve("link.sh"), folder.resolve("open.sh"));
  }

  private void write(String name, String content, String mode) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private List<String> words(String command) {
    return Stream.of(command.replace("DIR", folder.toString()).split(" "))
        .map(word -> word.replace('_', ' '))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DIR/open.sh",
        "DIR/link.sh",
        "DIR/by-open.sh",
        "DIR/by-python.sh",
        "/bin/sh DIR/open.sh",
        "/bin/sh DIR/open.txt",
        "/bin/sh open.txt",
        "/bin/sh ./open.txt x",
        "/bin/sh -e -u DIR/open.txt",
        "/bin/sh DIR/link.sh",
        "/bin/sh -c DIR/open.sh",
        "/bin/sh -ec exec_DIR/open.sh_x",
        "/bin/sh -c .__DIR/open.txt",
        "/bin/sh -c cat|sh_DIR/open.txt",
        "/usr/bin/env sh DIR/open.txt",
        "/usr/bin/env A=b sh DIR/open.txt",
        "/usr/bin/env -S sh_-e_DIR/open.txt",
        "/usr/bin/env -Ssh_DIR/open.txt",
        "/usr/bin/env python3 DIR/open.txt",
        "/usr/bin/env DIR/open.sh",
        "/usr/bin/timeout 5 DIR/open.sh",
        "/usr/bin/timeout 5 /bin/sh DIR/open.txt",
        "/bin/cat DIR/open.sh"
      })
  void fileThatOthersCanWriteIsNotExecuted(String command) {
    assertThat(TrustedCommand.distrust(words(command), folder, "/usr/bin:/bin", 0))
        .hasValueSatisfying(
            why -> assertThat(why).contains(folder + "/open.", "can be written by others"));
  }

  @Test
  void parentOfALinkedFolderIsThatOfItsTarget() throws IOException {
    Path target = Files.createDirectories(folder.resolve("a/target"));
    Files.createSymbolicLink(folder.resolve("linked"), target);
    write("a/script.txt", "cat\n", "rw-rw-rw-");
    write("script.txt", "cat\n", "rw-r--r--");
    assertThat(
            TrustedCommand.distrust(words("/bin/sh linked/../script.txt"), folder, "/usr/bin", 0))
        .hasValueSatisfying(
            why -> assertThat(why).startsWith(folder + "/a/script.txt can be written by others"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DIR/closed.sh",
        "/bin/sh DIR/closed.sh DIR/open.txt",
        "/bin/sh -c cat_DIR/open.txt",
        "/bin/sh -c cat DIR/open.txt",
        "/bin/cat DIR/open.txt",
        "/usr/bin/env DIR/closed.sh",
        "/usr/bin/env sh DIR/closed.sh open.txt",
        "/bin/sh DIR/missing.sh",
        "/bin/cat"
      })
  void fileThatIsOnlyReadMayBeWrittenByOthers(String command) {
    assertThat(TrustedCommand.distrust(words(command), folder, null, 0)).isEmpty();
  }

  @Test
  void gatewayOfAnotherUserChecksOnlyTheProgram() {
    assertThat(TrustedCommand.distrust(words("/bin/sh DIR/open.sh"), folder, null, 1000)).isEmpty();
  }
}
