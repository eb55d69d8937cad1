package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.resident.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands while their gateway restarts. {@code -Dgrpcos.soak=true} runs more of them. */
final class RestartIT {
  private static final int LAUNCHES = Boolean.getBoolean("grpcos.soak") ? 1000 : 18;

  /** How many calls one gateway answers before the next takes its place. */
  private static final int ANSWERS = 8;

  @TempDir Path folder;
  private final ExecutorService launchers = Executors.newFixedThreadPool(2);

  @AfterEach
  void endLaunches() throws Exception {
    launchers.shutdownNow();
    assertThat(launchers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void launchesDuringRestartsSucceedOrAreUnavailable() throws Exception {
    Path socket = folder.resolve("gateway.sock");
    Queue<String> wrong = new ConcurrentLinkedQueue<>();
    AtomicInteger right = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    List<Future<?>> launches =
        IntStream.range(0, LAUNCHES)
            .<Future<?>>mapToObj(
                i ->
                    launchers.submit(
                        () -> {
                          Outcome outcome = launch(socket, i);
                          if (outcome.equals(answer(i))) {
                            right.incrementAndGet();
                          } else if (!isUnavailable(outcome)) {
                            wrong.add(i + ": " + outcome);
                          }
                          ended.incrementAndGet();
                        }))
            .toList();
    for (int restarts = 0; ended.get() < LAUNCHES; restarts++) {
      try (TestGateway gateway = TestGateway.run(socket)) {
        int enough = right.get() + ANSWERS;
        Eventually.until(
            "the launches end",
            Duration.ofMinutes(2),
            () -> right.get() >= enough || ended.get() == LAUNCHES);
        gateway.process().signal(restarts % 2 == 0 ? "KILL" : "TERM");
        gateway.process().end(TestGateway.SOON);
      }
    }
    for (Future<?> launch : launches) {
      launch.get(1, TimeUnit.MINUTES);
    }
    assertThat(wrong).isEmpty();
    assertThat(right.get()).isGreaterThanOrEqualTo(ANSWERS);
  }

  private static Outcome launch(Path socket, int i) {
    return new Command(
            Distribution.built().grpcos(), "call", "Greeter/SayHello", "name=number " + i)
        .with("GRPCOS_SOCKET", socket.toString())
        .run();
  }

  private static Outcome answer(int i) {
    return new Outcome(0, "{\"message\":\"Hello number " + i + "\"}\n", "");
  }

  /** Returns whether the outcome is one line that reports UNAVAILABLE, perhaps after the reply. */
  private static boolean isUnavailable(Outcome outcome) {
    return outcome.exit() == 78 && outcome.stderr().matches("grpcos: UNAVAILABLE: [^\n]+\n");
  }
}
