package dev.grpcos.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/quickstart.sh}, apart from the output that {@link ReadmeIT} compares. */
final class QuickstartIT {
  private static final Clone CLONE = Clone.built();

  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void open() throws IOException {
    session = new Session(CLONE, temporary).withoutWarmup();
  }

  @AfterEach
  void close() throws IOException {
    session.close();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void runsFromAnyFolderAndLeavesNoFiles() throws IOException {
    Process process = quickstart();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(Session.end(process)).as(output).isZero();
    assertThat(output)
        .containsPattern(
            """
            \\{"message":"Hello world 2"}
            \\+ grpcos gateway stop
            (grpcos: waiting until .*
            )?$\
            """)
        .doesNotContain("mvn");
    assertThat(session.temporary()).isEmptyDirectory();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void stopsItsGatewayWhenInterrupted() throws IOException {
    Process process = quickstart();
    long gateway;
    try (BufferedReader output = process.inputReader()) {
      String line = output.readLine();
      while (line != null && !line.equals("+ grpcos list")) {
        line = output.readLine();
      }
      gateway = gatewayUnder(session.temporary());
      process.destroy();
      assertThat(Session.end(process)).isEqualTo(143);
    }
    ProcessHandle.of(gateway)
        .ifPresent(last -> assertThat(last.onExit()).succeedsWithin(Duration.ofMinutes(1)));
    assertThat(session.temporary()).isEmptyDirectory();
  }

  private Process quickstart() throws IOException {
    return session
        .process(CLONE.root().resolve("examples/quickstart.sh").toString())
        .directory(temporary.toFile())
        .start();
  }

  /** Returns the pid in the lock file of the only gateway below this folder. */
  private static long gatewayUnder(Path folder) throws IOException {
    try (var folders = Files.list(folder)) {
      List<Path> found = folders.toList();
      assertThat(found).hasSize(1);
      return Long.parseLong(Files.readString(found.get(0).resolve("gateway.sock.lock")).strip());
    }
  }
}
