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
  private static final int BLOCK = 100 << 10;

  private final MessageMemory memory = new MessageMemory(() -> MEMORY);
  private final MeteredInput input =
      new MeteredInput(new ByteArrayInputStream(new byte[8 * BLOCK]), memory.account());

  private static void read(InputStream input) throws IOException {
    assertThat(input.readNBytes(new byte[BLOCK], 0, BLOCK)).isEqualTo(BLOCK);
  }

  @Test
  void largeRequestIsChargedUntilItIsComplete() throws Exception {
    for (int i = 0; i < 8; i++) {
      read(input);
      assertThat(memory.used()).isBetween((long) BLOCK, (long) MEMORY);
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
              assertThat(e).hasMessageContaining("limits.memory");
              assertThat(e.remedy()).contains("GRPCOS_COLD=1");
            });
    assertThat(memory.used()).isZero();
  }
}
