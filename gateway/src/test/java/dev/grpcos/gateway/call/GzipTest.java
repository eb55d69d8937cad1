package dev.grpcos.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.gateway.limit.MessageAccount;
import dev.grpcos.gateway.limit.MessageMemory;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class GzipTest {
  private static final int MEBIBYTE = 1 << 20;

  @Test
  void decompressedSizeIsCharged() throws Exception {
    AtomicLong charged = new AtomicLong();

    byte[] message =
        Gzip.decompress(Gzip.compress(new byte[MEBIBYTE]), MEBIBYTE, charged::addAndGet);

    assertThat(message).hasSize(MEBIBYTE);
    assertThat(charged).hasValue(MEBIBYTE);
  }

  @Test
  void decompressionEndsWhenTheMemoryIsExhausted() {
    MessageMemory memory = new MessageMemory(() -> MEBIBYTE);
    MessageAccount account = memory.account();
    account.begin();
    AtomicLong charged = new AtomicLong();

    assertThatThrownBy(
            () ->
                Gzip.decompress(
                    Gzip.compress(new byte[10 * MEBIBYTE]),
                    10 * MEBIBYTE,
                    bytes -> {
                      charged.addAndGet(bytes);
                      account.add(bytes);
                    }))
        .isInstanceOfSatisfying(
            StatusException.class,
            e ->
                assertThat(e.getStatus())
                    .returns(Status.Code.RESOURCE_EXHAUSTED, Status::getCode)
                    .returns(MessageMemory.EXHAUSTED.getDescription(), Status::getDescription));
    assertThat(charged.get()).isLessThan(2 * MEBIBYTE);
    assertThat(memory.used()).isZero();
  }
}
