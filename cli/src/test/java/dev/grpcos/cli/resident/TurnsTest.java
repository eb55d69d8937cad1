package dev.grpcos.cli.resident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.connection.Cancellation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Turns turns = new Turns(1);

  @Test
  void nextTurnBeginsWhenOneEnds() throws Exception {
    assertThat(turns.await(LONG, Cancellation.NEVER)).isTrue();
    CompletableFuture<Boolean> next =
        CompletableFuture.supplyAsync(() -> turns.await(LONG, Cancellation.NEVER));
    assertThat(turns.await(Duration.ofMillis(20), Cancellation.NEVER)).isFalse();
    turns.end();
    assertThat(next.get(60, TimeUnit.SECONDS)).isTrue();
    turns.end();
    assertThat(turns.await(Duration.ZERO, Cancellation.NEVER)).isTrue();
  }

  @Test
  void callerWhoIsGoneWaitsNoLonger() throws Exception {
    assertThat(turns.await(LONG, Cancellation.NEVER)).isTrue();
    LauncherCancellation gone = new LauncherCancellation();
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> turns.await(LONG, gone));
    gone.fire();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isFalse();
    turns.end();
    assertThat(turns.await(Duration.ZERO, Cancellation.NEVER)).isTrue();
  }
}
