package dev.grpcos.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
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
      long begin = loop.submit(FairEventLoopsTest::processorTime).get();
      long end = loop.schedule(FairEventLoopsTest::processorTime, 1, TimeUnit.MILLISECONDS).get();
      assertThat(TimeUnit.NANOSECONDS.toMillis(end - begin)).isLessThan(500);
    } finally {
      ended.set(true);
      loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }
  }

  /** Returns the time of this thread in nanoseconds, without that of other threads. */
  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void repeat(EventLoop loop, AtomicBoolean ended) {
    if (!ended.get()) {
      loop.execute(() -> repeat(loop, ended));
    }
  }
}
