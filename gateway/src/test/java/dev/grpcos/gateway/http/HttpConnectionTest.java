package dev.grpcos.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.config.Limits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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

  /** Completes no write. */
  private static final class StuckClient extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      ReferenceCountUtil.release(message);
    }
  }
}
