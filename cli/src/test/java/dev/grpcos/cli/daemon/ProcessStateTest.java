package dev.grpcos.cli.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.resident.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProcessStateTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void ownProcessRuns() {
    assertThat(ProcessState.isRunning(ProcessHandle.current())).isTrue();
  }

  @Test
  void processThatItsParentDoesNotWaitForHasEnded() throws Exception {
    // the shell becomes sleep, which never reads the exit status of the shell's child
    Process parent =
        new ProcessBuilder("sh", "-c", "exec 3<&0; cat <&3 & echo $!; exec sleep 60").start();
    try {
      ProcessHandle child = ProcessHandle.of(pid(parent)).orElseThrow();
      Eventually.until(
          "the shell becomes sleep",
          LIMIT,
          () -> parent.info().command().orElse("").endsWith("/sleep"));
      assertThat(ProcessState.isRunning(child)).isTrue();

      parent.getOutputStream().close();
      Eventually.until("the child has ended", LIMIT, () -> !ProcessState.isRunning(child));
      assertThat(child.isAlive()).isTrue();
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  private static long pid(Process parent) throws IOException {
    return Long.parseLong(
        new BufferedReader(new InputStreamReader(parent.getInputStream(), UTF_8)).readLine());
  }
}
