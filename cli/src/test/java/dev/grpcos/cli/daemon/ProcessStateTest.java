package dev.grpcos.cli.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ProcessStateTest {
  @Test
  void ownProcessRuns() {
    assertThat(ProcessState.isRunning(ProcessHandle.current())).isTrue();
  }

  @Test
  void processThatItsParentDoesNotWaitForHasEnded() throws Exception {
    // the shell becomes sleep, which never reads the exit status of the shell's child
    Process parent = new ProcessBuilder("sh", "-c", "cat & echo $!; exec sleep 60").start();
    try {
      ProcessHandle child = ProcessHandle.of(pid(parent)).orElseThrow();
      Instant end = Instant.now().plus(Duration.ofSeconds(60));
      while (ProcessState.isRunning(child)) {
        assertThat(Instant.now()).isBefore(end);
        Thread.onSpinWait();
      }
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
