package dev.grpcos.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CallFailedException;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetriesTest {
  private static CallFailedException failure(Status status) {
    return new CallFailedException(status, null, "x/Y");
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, false, true",
    "UNAVAILABLE, true, true",
    "ABORTED, false, false",
    "ABORTED, true, true",
    "RESOURCE_EXHAUSTED, true, true",
    "RESOURCE_EXHAUSTED, false, false",
    "INTERNAL, true, false",
    "DEADLINE_EXCEEDED, true, false",
  })
  void codesThatMayHaveChangedSomethingAreRetriedForIdempotentMethods(
      Status.Code code, boolean idempotent, boolean helps) {
    assertThat(new Retries(1, idempotent).isRetryable(code)).isEqualTo(helps);
  }

  @ParameterizedTest
  @CsvSource({"1, 50, 100", "2, 100, 200", "4, 400, 800", "7, 2500, 5000", "1000, 2500, 5000"})
  void pauseDoublesUpToFiveSecondsWithHalfOfItRandom(int failures, long least, long most) {
    for (int i = 0; i < 100; i++) {
      assertThat(Retries.pause(failures))
          .isBetween(Duration.ofMillis(least), Duration.ofMillis(most));
    }
  }

  @Test
  void stepRunsUntilItSucceeds() {
    AtomicInteger runs = new AtomicInteger();
    int result =
        new Retries(2, false)
            .run(
                () -> {
                  if (runs.incrementAndGet() < 3) {
                    throw failure(Status.UNAVAILABLE);
                  }
                  return runs.get();
                });
    assertThat(result).isEqualTo(3);
  }

  @Test
  void lastFailureEndsTheRetries() {
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(
            () ->
                new Retries(1, false)
                    .run(
                        () -> {
                          throw failure(
                              Status.UNAVAILABLE.withDescription("run " + runs.incrementAndGet()));
                        }))
        .isInstanceOf(CallFailedException.class)
        .hasMessage("run 2");
  }

  @Test
  void otherStatusIsNotRetried() {
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(
            () ->
                new Retries(9, true)
                    .run(
                        () -> {
                          runs.incrementAndGet();
                          throw failure(Status.NOT_FOUND);
                        }))
        .isInstanceOf(CallFailedException.class);
    assertThat(runs).hasValue(1);
  }

  @Test
  void interruptEndsTheRetriesWithTheFailure() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () ->
                new Retries(9, false)
                    .run(
                        () -> {
                          throw failure(Status.UNAVAILABLE.withDescription("first"));
                        }))
        .hasMessage("first");
    assertThat(Thread.interrupted()).isTrue();
  }
}
