package dev.grpcos.cli.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CallbackQueueTest {
  private final CallbackQueue queue = new CallbackQueue();
  private final List<String> events = new ArrayList<>();

  @Test
  void callbacksRunInOrderOnTheCallersThread() {
    for (int i = 0; i < 200; i++) {
      String event = Integer.toString(i);
      queue.execute(() -> events.add(event + " " + Thread.currentThread().getName()));
    }
    queue.runUntil(() -> events.size() == 200, () -> {});
    assertThat(events)
        .startsWith("0 " + Thread.currentThread().getName())
        .endsWith("199 " + Thread.currentThread().getName());
  }

  @Test
  void idleRunsBeforeAWaitAndNotBetweenCallbacks() {
    queue.execute(() -> events.add("first"));
    queue.execute(() -> events.add("second"));
    queue.runUntil(
        () -> events.contains("third"),
        () -> {
          events.add("idle");
          queue.execute(() -> events.add("third"));
        });
    assertThat(events).containsExactly("first", "second", "idle", "third");
  }

  @Test
  void conditionThatHoldsRunsNothing() {
    queue.execute(() -> events.add("later"));
    queue.runUntil(() -> true, () -> events.add("idle"));
    assertThat(events).isEmpty();
  }

  @Test
  void failureOfACallbackReachesTheCallerAndKeepsTheRest() {
    queue.execute(
        () -> {
          throw new IllegalStateException("broken");
        });
    queue.execute(() -> events.add("next"));
    assertThatThrownBy(() -> queue.runUntil(() -> false, () -> {})).hasMessage("broken");
    queue.runUntil(() -> !events.isEmpty(), () -> {});
    assertThat(events).containsExactly("next");
  }

  @Test
  void interruptIsKeptAndDoesNotEndTheWait() {
    Thread.currentThread().interrupt();
    queue.runUntil(
        () -> !events.isEmpty(), () -> queue.execute(() -> events.add("in spite of it")));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(events).containsExactly("in spite of it");
  }
}
