package dev.grpcos.gateway.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SilentGreetingTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new SilentGreeting());

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private static ByteBuf bytes(int count) {
    return Unpooled.wrappedBuffer(new byte[count]);
  }

  @Test
  void nothingIsSentBeforeTheClientSentMoreThanAGreeting() {
    channel.writeOutbound(bytes(9));
    channel.writeInbound(bytes(24), bytes(9));
    assertThat(channel.outboundMessages()).isEmpty();
    assertThat(channel.inboundMessages()).as("the server sees what was sent").hasSize(2);

    channel.writeInbound(bytes(1));
    assertThat(channel.outboundMessages()).hasSize(1);
    channel.writeOutbound(bytes(9));
    assertThat(channel.outboundMessages()).hasSize(2);
  }

  @Test
  void shortRequestOfHttp1IsAnswered() {
    EmbeddedChannel connection = new EmbeddedChannel(new SilentGreeting());
    connection
        .pipeline()
        .addLast(
            new ProtocolSniffer(
                new ChannelInboundHandlerAdapter(),
                sniffed -> sniffed.pipeline().addLast(new ReturnedBytes()),
                Duration.ofMinutes(1)));
    connection.writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: a\r\n\r\n", US_ASCII));

    assertThat(connection.outboundMessages()).hasSize(1);
    connection.finishAndReleaseAll();
  }

  private static final class ReturnedBytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var unused = context.writeAndFlush(message);
    }
  }

  @Test
  void silentConnectionIsClosedAfterASecond() {
    channel.freezeTime();
    ChannelFuture settings = channel.writeAndFlush(bytes(9));
    channel.writeInbound(bytes(33));
    channel.advanceTimeBy(500, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();

    channel.advanceTimeBy(600, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.outboundMessages()).isEmpty();
    assertThat(settings.isSuccess()).isFalse();
  }

  @Test
  void talkingConnectionStaysOpen() {
    channel.writeInbound(bytes(100));
    channel.advanceTimeBy(10, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();
  }
}
