package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.listener.SocketUse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class IdleClockTest {
  private final IdleClock clock = new IdleClock(1_000);

  @Test
  void timeCountsFromTheStart() {
    assertThat(clock.look(SocketUse.NONE, 1_500)).isEqualTo(Duration.ofNanos(500));
  }

  @Test
  void openConnectionStopsTheClock() {
    assertThat(clock.look(new SocketUse(1, 1), 2_000)).isZero();
    assertThat(clock.look(new SocketUse(1, 1), 9_000)).isZero();
  }

  @Test
  void connectionBetweenTwoLooksRestartsTheClock() {
    assertThat(clock.look(new SocketUse(1, 0), 2_000)).isZero();
    assertThat(clock.look(new SocketUse(1, 0), 2_700)).isEqualTo(Duration.ofNanos(700));
    assertThat(clock.look(new SocketUse(2, 0), 3_000)).isZero();
  }

  @Test
  void clockStartsAgainWhenTheLastConnectionIsClosed() {
    assertThat(clock.look(new SocketUse(1, 1), 2_000)).isZero();
    assertThat(clock.look(new SocketUse(1, 0), 3_000)).isZero();
    assertThat(clock.look(new SocketUse(1, 0), 3_400)).isEqualTo(Duration.ofNanos(400));
  }
}
