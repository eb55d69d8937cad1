package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.Limits;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class HttpConnectionTest {
  @Test
  void endedConnectionDoesNotWaitForAClientThatReceivesNothing() throws Exception {
    EmbeddedChannel channel = new EmbeddedChannel(new StuckClient());
    channel
        .pipeline()
        .addLast(
            new HttpConnection(
                new RequestDecoder(Limits.DEFAULT.metadata()),
                (request, reply, pauseReading) -> null,
                Limits.DEFAULT,
                channel.eventLoop()));
    var unused = channel.write(new Object());
    assertThat(channel.isOpen()).isTrue();

    Await.until(
        "the connection is closed",
        () -> {
          channel.runPendingTasks();
          return !channel.isOpen();
        });
    channel.finishAndReleaseAll();
  }

  @Test
  void clientThatReceivesBelowTheLeastRateIsCut() throws Exception {
    Duration idle = Duration.ofMillis(400); // in which 6.5 KiB must be received
    EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    PendingWriteQueue unsent = new PendingWriteQueue(channel.pipeline().firstContext());
    for (int i = 0; i < 40; i++) {
      unsent.add(Unpooled.buffer(1 << 10).writeZero(1 << 10), channel.newPromise());
    }
    channel
        .pipeline()
        .addLast(
            new StuckClient(),
            new HttpConnection(
                new RequestDecoder(Limits.DEFAULT.metadata()),
                (request, reply, pauseReading) -> null,
                Limits.DEFAULT.withIdle(idle),
                channel.eventLoop()));
    var unused = channel.pipeline().close();

    long[] due = {System.nanoTime()};
    Await.until(
        "the connection is closed",
        () -> {
          if (System.nanoTime() - due[0] >= 0) {
            due[0] = System.nanoTime() + idle.toNanos() / 4;
            var sent = unsent.remove();
            assertThat(sent).isNotNull();
          }
          channel.runPendingTasks();
          return !channel.isOpen();
        });
    assertThat(unsent.size()).isPositive();
    unsent.removeAndFailAll(new ClosedChannelException());
    channel.finishAndReleaseAll();
  }

  /** Completes no write. */
  private static final class StuckClient extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      ReferenceCountUtil.release(message);
    }
  }
}
