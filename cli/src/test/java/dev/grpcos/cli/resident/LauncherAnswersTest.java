package dev.grpcos.cli.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LauncherAnswersTest {
  private final LauncherAnswers<String> answers = new LauncherAnswers<>();
  private final AtomicInteger sent = new AtomicInteger();

  /** Sends a request that is answered at once, as by another thread. */
  private String ask(String answer) throws IOException {
    return answers.await(
        () -> {
          sent.incrementAndGet();
          answers.arrived(answer);
        });
  }

  private void interruptedAsk() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> answers.await(sent::incrementAndGet))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void answersBelongToTheirRequests() throws Exception {
    assertThat(ask("one")).isEqualTo("one");
    assertThat(ask("two")).isEqualTo("two");
    assertThat(sent).hasValue(2);
  }

  @Test
  void failureEndsOneRequest() throws Exception {
    assertThatThrownBy(() -> answers.await(() -> answers.failed("Permission denied")))
        .isInstanceOf(IOException.class)
        .hasMessage("Permission denied");
    assertThat(ask("next")).isEqualTo("next");
  }

  @Test
  void answerOfAnInterruptedWaitIsUsedWithoutAnotherRequest() throws Exception {
    interruptedAsk();
    answers.arrived("late");

    assertThat(ask("never sent")).isEqualTo("late");
    assertThat(sent).hasValue(1);
  }

  @Test
  void answerOfAnInterruptedWaitCanBeDropped() throws Exception {
    interruptedAsk();
    answers.arrived("late");
    answers.discard();

    assertThat(ask("next")).isEqualTo("next");
    answers.discard();
  }

  @Test
  void answerWithoutARequestViolatesTheProtocol() throws Exception {
    assertThatThrownBy(() -> answers.arrived("early")).isInstanceOf(Protocol.Violation.class);
    assertThat(ask("one")).isEqualTo("one");
    assertThatThrownBy(() -> answers.failed("twice")).isInstanceOf(Protocol.Violation.class);
  }

  @Test
  void endWakesTheWaitingThreadAndRefusesRequests() {
    CompletableFuture<Void> isSent = new CompletableFuture<>();
    CompletableFuture<String> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return answers.await(() -> isSent.complete(null));
              } catch (IOException e) {
                return e.getMessage();
              }
            });
    isSent.join();
    answers.end();

    assertThat(waiting.join()).isEqualTo("Stream closed");
    assertThatThrownBy(() -> ask("never sent")).hasMessage("Stream closed");
    assertThat(sent).hasValue(0);
    answers.arrived("after the end");
  }
}
