package dev.grpcos.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HeadersTimeoutTest {
  private final HeadersTimeout timeout = new HeadersTimeout(Duration.ofSeconds(60));
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @BeforeEach
  void add() {
    channel.freezeTime();
    channel.pipeline().addLast(timeout);
  }

  private boolean isOpenAfter(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
    return channel.isOpen();
  }

  @Test
  void connectionWithoutARequestIsClosed() {
    assertThat(isOpenAfter(59)).isTrue();
    assertThat(isOpenAfter(1)).isFalse();
  }

  @Test
  void partOfTheFirstHeadersIsNoRequest() {
    timeout.incomplete(true);
    assertThat(isOpenAfter(59)).isTrue();
    timeout.incomplete(true);
    assertThat(isOpenAfter(1)).isFalse();
  }

  @Test
  void connectionWithARequestStaysOpen() {
    timeout.requested();
    timeout.incomplete(false);
    assertThat(isOpenAfter(1000)).isTrue();
  }

  @Test
  void laterHeadersThatDoNotArriveCloseTheConnection() {
    timeout.requested();
    assertThat(isOpenAfter(1000)).isTrue();
    timeout.incomplete(true);
    assertThat(isOpenAfter(59)).isTrue();
    timeout.incomplete(true);
    assertThat(isOpenAfter(1)).isFalse();
  }

  @Test
  void laterHeadersHaveTheWholeTime() {
    timeout.requested();
    for (int i = 0; i < 10; i++) {
      timeout.incomplete(true);
      assertThat(isOpenAfter(59)).isTrue();
      timeout.incomplete(false);
    }
    assertThat(isOpenAfter(1000)).isTrue();
  }
}
