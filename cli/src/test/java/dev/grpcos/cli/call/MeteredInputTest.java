package dev.grpcos.cli.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.cli.failure.CallFailedException;
import dev.grpcos.gateway.limit.MessageMemory;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class MeteredInputTest {
  private static final int MEMORY = 1 << 20;
  private static final int REQUEST = 100 << 10;
  private static final int BLOCK = 10 << 10;

  private final MessageMemory memory = new MessageMemory(() -> MEMORY);
  private final MeteredInput input = input(memory);

  private static MeteredInput input(MessageMemory memory) {
    return new MeteredInput(new ByteArrayInputStream(new byte[8 * REQUEST]), memory.account());
  }

  private static void read(InputStream input) throws IOException {
    for (int i = 0; i < REQUEST; i += BLOCK) {
      assertThat(input.read(new byte[BLOCK])).isEqualTo(BLOCK);
    }
  }

  @Test
  void largeRequestIsChargedUntilItIsComplete() throws Exception {
    for (int i = 0; i < 8; i++) {
      read(input);
      assertThat(memory.used()).isBetween((long) REQUEST, (long) MEMORY);
      input.release();
      assertThat(memory.used()).isZero();
    }
  }

  @Test
  void requestThatNeedsMoreThanTheMemoryOfTheGatewayIsRefused() throws Exception {
    read(input);
    read(input);
    assertThatThrownBy(() -> read(input))
        .isInstanceOfSatisfying(
            CallFailedException.class,
            e -> {
              assertThat(e.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
              assertThat(e.status().getDescription()).contains("limits.memory", "GRPCOS_COLD=1");
            });
    assertThat(memory.used()).isZero();
  }

  /** The end of one request and the beginning of the next are in the same block. */
  @Test
  void smallRequestsAreFreeEvenIfThereIsNoMemory() throws Exception {
    MeteredInput small = input(new MessageMemory(() -> 0));
    for (int i = 0; i < 8; i++) {
      assertThat(small.read(new byte[REQUEST])).isEqualTo(REQUEST);
      small.release();
    }
    assertThat(small.read(new byte[REQUEST])).isEqualTo(-1);
  }
}
