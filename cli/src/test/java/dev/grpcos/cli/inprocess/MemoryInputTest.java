package dev.grpcos.cli.inprocess;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class MemoryInputTest {
  private final MemoryInput input = new MemoryInput();

  @Test
  void oneReadReturnsNoMoreThanOneWriteBrought() throws IOException {
    input.type("ab".getBytes(UTF_8));
    input.type("c".getBytes(UTF_8));
    input.end();
    byte[] bytes = new byte[9];
    assertThat(input.read(bytes, 0, 9)).isEqualTo(2);
    assertThat(input.read(bytes, 0, 9)).isEqualTo(1);
    assertThat(input.read(bytes, 0, 9)).isEqualTo(-1);
    assertThat(input.read()).isEqualTo(-1);
  }

  @Test
  void readWaitsForBytes() {
    CompletableFuture<Integer> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return input.read();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(read).isNotDone();
    input.type("x".getBytes(UTF_8));
    assertThat(read.join()).isEqualTo('x');
  }

  @Test
  void interruptEndsAWaitingRead() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(input::read).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
