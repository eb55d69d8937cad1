package dev.grpcos.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

final class ByteQueueTest {
  private final ByteQueue queue = new ByteQueue();

  private void add(String bytes) {
    queue.add(Unpooled.wrappedBuffer(bytes.getBytes(ISO_8859_1)));
  }

  private String take(int count) {
    return new String(queue.take(count), ISO_8859_1);
  }

  @Test
  void bytesKeepTheirOrder() {
    StringBuilder added = new StringBuilder();
    StringBuilder taken = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      String part = Character.toString('a' + i % 26).repeat(i * 7);
      add(part);
      added.append(part);
      taken.append(take(queue.size() / 3));
    }
    taken.append(take(queue.size()));

    assertThat(taken).asString().isEqualTo(added.toString());
    assertThat(queue.size()).isZero();
  }

  @Test
  void memoryOfALargeMessageIsReleasedWhenItIsTaken() {
    add("x".repeat(1 << 20) + "rest");
    assertThat(queue.capacity()).isGreaterThanOrEqualTo(1 << 20);

    assertThat(take(1 << 20)).hasSize(1 << 20);
    assertThat(queue.capacity()).isLessThan(64 << 10);
    assertThat(queue.indexOf('s', 0)).isEqualTo(2);
    add(" and more");
    assertThat(take(queue.size())).isEqualTo("rest and more");
  }
}
