package dev.grpcos.gateway.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JoinedWritesTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new JoinedWrites());

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, US_ASCII);
  }

  private void write(ByteBuf buffer) {
    var unused = channel.write(buffer);
  }

  /** Returns the buffers that have left the channel so far. */
  private List<String> sent() {
    return Stream.generate(() -> channel.<ByteBuf>readOutbound())
        .takeWhile(buffer -> buffer != null)
        .map(
            buffer -> {
              String content = buffer.toString(US_ASCII);
              buffer.release();
              return content;
            })
        .toList();
  }

  @Test
  void smallBuffersLeaveTogetherInOrderWithTheFlush() {
    ByteBuf first = text("one ");
    ChannelFuture one = channel.write(first);
    ChannelFuture two = channel.write(text("two"));

    assertThat(sent()).isEmpty();
    assertThat(one.isDone()).isFalse();
    channel.flush();

    assertThat(sent()).containsExactly("one two");
    assertThat(one.isSuccess()).isTrue();
    assertThat(two.isSuccess()).isTrue();
    assertThat(first.refCnt()).isZero();
  }

  @Test
  void singleBufferIsNotCopied() {
    ByteBuf only = text("only");

    var unused = channel.writeAndFlush(only);

    assertThat(channel.<ByteBuf>readOutbound()).isSameAs(only);
    only.release();
  }

  @Test
  void largeBufferKeepsItsPlaceAndIsNotCopied() {
    String large = "x".repeat(JoinedWrites.SMALL + 1);
    write(text("before"));
    write(text(" it, "));
    write(text(large));
    write(text("after"));
    channel.flush();

    assertThat(sent()).containsExactly("before it, ", large, "after");
  }

  @Test
  void joinedBuffersAreBounded() {
    String part = "x".repeat(JoinedWrites.SMALL);
    int parts = 4 * JoinedWrites.MOST / JoinedWrites.SMALL;
    IntStream.range(0, parts).forEach(i -> write(text(part)));
    channel.flush();

    assertThat(sent()).hasSize(4).allMatch(joined -> joined.length() == JoinedWrites.MOST);
  }

  @Test
  void failureOfTheConnectionFailsEachWrite() {
    IOException broken = new IOException("broken");
    EmbeddedChannel failing =
        new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(
                  ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ((ByteBuf) message).release();
                promise.setFailure(broken);
              }
            },
            new JoinedWrites());

    ChannelFuture one = failing.write(text("one"));
    ChannelFuture two = failing.write(text("two"));
    failing.flush();

    assertThat(one.cause()).isSameAs(broken);
    assertThat(two.cause()).isSameAs(broken);
  }

  /** The kernel accepts only the first part of the joined bytes. */
  @Test
  void writeCompletesWhenItsOwnBytesHaveBeenSent(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("s");
    EventLoops loops = new EventLoops(1, "test");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Channel client = connect(path, loops);
      SocketChannel accepted = server.accept();

      List<ChannelFuture> writes = client.eventLoop().submit(() -> writeMost(client)).get();

      assertThat(writes.get(0).isSuccess()).isTrue();
      assertThat(writes).last().returns(false, ChannelFuture::isDone);
      accepted.close();
      assertThat(writes.get(writes.size() - 1).await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(writes).last().returns(false, ChannelFuture::isSuccess);
      long sent = writes.stream().takeWhile(ChannelFuture::isSuccess).count();
      assertThat(writes.subList((int) sent, writes.size()))
          .allMatch(write -> write.isDone() && !write.isSuccess());
    } finally {
      loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static Channel connect(Path path, EventLoops loops) throws InterruptedException {
    return new Bootstrap()
        .group(loops)
        .channel(EpollDomainSocketChannel.class)
        .option(ChannelOption.SO_SNDBUF, 1) // the kernel's minimum, a few kilobytes
        .handler(new JoinedWrites())
        .connect(new DomainSocketAddress(path.toString()))
        .sync()
        .channel();
  }

  private static List<ChannelFuture> writeMost(Channel channel) {
    List<ChannelFuture> writes =
        IntStream.range(0, JoinedWrites.MOST / JoinedWrites.SMALL)
            .mapToObj(i -> channel.write(text("x".repeat(JoinedWrites.SMALL))))
            .toList();
    channel.flush();
    return writes;
  }

  @Test
  void closedConnectionFailsWritesThatWereNotFlushed() {
    ByteBuf first = text("one");
    ByteBuf second = text("two");
    ChannelFuture one = channel.write(first);
    ChannelFuture two = channel.write(second);
    var unused = channel.close();

    assertThat(sent()).isEmpty();
    assertThat(one.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(two.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(List.of(first.refCnt(), second.refCnt())).containsOnly(0);
  }

  /** HTTP/2 writes GOAWAY when a reset cannot be sent, although its handler has been removed. */
  @Test
  void writeAfterTheFailureOfAnotherIsNotLeft() {
    ByteBuf next = text("next");
    channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
    ChannelHandlerContext http2 = channel.pipeline().lastContext();
    ChannelFuture reset = http2.write(text("one"));
    reset.addListener(
        failed -> {
          var unused = http2.write(next);
        });
    channel.unsafe().close(channel.voidPromise());
    channel.runPendingTasks();

    assertThat(next.refCnt()).isZero();
  }

  @Test
  void emptyBuffersAreBounded() {
    IntStream.range(0, 2 * JoinedWrites.MOST_BUFFERS).forEach(i -> write(text("")));
    channel.flush();

    assertThat(sent()).hasSize(2);
  }

  @Test
  void removedHandlerLeavesNothingBehind() {
    write(text("one "));
    write(text("two"));
    channel.pipeline().remove(JoinedWrites.class);
    channel.flush();

    assertThat(sent()).containsExactly("one two");
  }

  @Test
  void buffersLeaveOneByOneIfThereIsNoMemoryToJoinThem() {
    channel.config().setAllocator(new NoMemory());
    write(text("one"));
    write(text("two"));
    channel.flush();

    assertThat(sent()).containsExactly("one", "two");
  }
}
