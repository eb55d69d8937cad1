package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FairEventLoopsTest {
  /** Timers are like input: a loop looks for both between two rounds of tasks. */
  @Test
  void tasksThatAddTasksDoNotKeepTheRestWaiting() throws Exception {
    FairEventLoops loops = new FairEventLoops(1, "test");
    AtomicBoolean ended = new AtomicBoolean();
    try {
      EventLoop loop = loops.next();
      loop.execute(() -> repeat(loop, ended));
      long begin = System.nanoTime();
      loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).sync();
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isLessThan(500);
    } finally {
      ended.set(true);
      loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }
  }

  private static void repeat(EventLoop loop, AtomicBoolean ended) {
    if (!ended.get()) {
      loop.execute(() -> repeat(loop, ended));
    }
  }
}
