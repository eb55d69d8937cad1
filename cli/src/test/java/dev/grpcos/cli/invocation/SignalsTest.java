package dev.grpcos.cli.invocation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SignalsTest {
  /** Uses SIGWINCH, which is ignored by default. */
  @Test
  void everySignalRunsTheAction() throws Exception {
    AtomicInteger signals = new AtomicInteger();
    Signals.handle("WINCH", signals::incrementAndGet);
    for (int i = 1; i <= 2; i++) {
      int expected = i;
      new Command(Path.of("/bin/sh"), "-c", "kill -WINCH " + ProcessHandle.current().pid()).run();
      Eventually.until("the action ran", Duration.ofSeconds(60), () -> signals.get() == expected);
    }
  }

  @Test
  void signalThatTheJvmReservesIsRefused() {
    assertThatThrownBy(() -> Signals.handle("SEGV", () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("SEGV");
  }
}
