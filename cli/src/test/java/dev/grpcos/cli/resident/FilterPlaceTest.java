package dev.grpcos.cli.resident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.filter.Evaluator;
import dev.grpcos.cli.filter.Evaluators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class FilterPlaceTest {
  private final SlowEvaluators evaluators = new SlowEvaluators();
  private final LauncherCancellation caller = new LauncherCancellation();
  private final FilterPlace place = new FilterPlace(evaluators, null);

  @Test
  void callerThatLeavesDuringTheStartDoesNotWaitForIt() throws Exception {
    CompletableFuture<Evaluator> started = CompletableFuture.supplyAsync(() -> place.take(caller));
    evaluators.taking.get(60, TimeUnit.SECONDS);

    CompletableFuture.runAsync(caller::fire).get(60, TimeUnit.SECONDS);
    assertThat(evaluators.killed).isNotDone();

    evaluators.mayTake.complete(null);
    assertThat(started.get(60, TimeUnit.SECONDS)).isSameAs(evaluators.killed.join());
  }

  @Test
  void callerThatLeavesDuringTheReleaseDoesNotWaitForIt() throws Exception {
    evaluators.mayTake.complete(null);
    Evaluator unused = place.take(caller);
    CompletableFuture<Void> released = CompletableFuture.runAsync(place::release);
    evaluators.releasing.get(60, TimeUnit.SECONDS);

    CompletableFuture.runAsync(caller::fire).get(60, TimeUnit.SECONDS);

    evaluators.mayRelease.complete(null);
    released.get(60, TimeUnit.SECONDS);
    assertThat(evaluators.killed).as("another command uses the process").isNotDone();
  }

  /** Evaluators whose start and release take as long as the test wants. */
  private static final class SlowEvaluators implements Evaluators {
    private final CompletableFuture<Void> taking = new CompletableFuture<>();
    private final CompletableFuture<Void> mayTake = new CompletableFuture<>();
    private final CompletableFuture<Void> releasing = new CompletableFuture<>();
    private final CompletableFuture<Void> mayRelease = new CompletableFuture<>();
    private final CompletableFuture<Evaluator> killed = new CompletableFuture<>();

    @Override
    public Evaluator take() {
      taking.complete(null);
      mayTake.join();
      return Evaluator.local();
    }

    @Override
    public void kill(Evaluator evaluator) {
      killed.complete(evaluator);
    }

    @Override
    public void release(Evaluator evaluator) {
      releasing.complete(null);
      mayRelease.join();
    }

    @Override
    public void close() {}
  }
}
