package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.Future;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLoopsTest {
  /** Timers are like input: a loop looks for both between two rounds of tasks. */
  @Test
  void tasksThatAddTasksDoNotKeepTheRestWaiting() throws Exception {
    EventLoops loops = new EventLoops(1, "test");
    AtomicBoolean ended = new AtomicBoolean();
    try {
      EventLoop loop = loops.next();
      loop.execute(() -> repeat(loop, ended));
      long begin = loop.submit(EventLoopsTest::processorTime).get();
      long end = loop.schedule(EventLoopsTest::processorTime, 1, TimeUnit.MILLISECONDS).get();
      assertThat(TimeUnit.NANOSECONDS.toMillis(end - begin)).isLessThan(500);
    } finally {
      ended.set(true);
      loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }
  }

  /** Netty's own event loops close it only if they wait for input when the end is requested. */
  @Test
  void loopThatRunsTasksWhenItsEndIsRequestedClosesItsConnection(@TempDir Path folder)
      throws Exception {
    Path path = folder.resolve("s");
    EventLoops loops = new EventLoops(1, "test");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Channel connection =
          new Bootstrap()
              .group(loops)
              .channel(EpollDomainSocketChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(new DomainSocketAddress(path.toString()))
              .sync()
              .channel();
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch requested = new CountDownLatch(1);
      var unused =
          loops.submit(
              () -> {
                running.countDown();
                return requested.await(60, TimeUnit.SECONDS);
              });
      running.await();

      Future<?> end = loops.shutdownGracefully(0, 10, TimeUnit.SECONDS);
      requested.countDown();
      end.sync();

      assertThat(connection.isOpen()).isFalse();
    } finally {
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
