package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CompactDataTest {
  private static final long MOST = 64 << 20;

  private final Http2Connection connection = connection();
  private final List<ByteBuf> kept = new ArrayList<>();
  private final Http2FrameAdapter keeper =
      new Http2FrameAdapter() {
        @Override
        public int onDataRead(
            ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end) {
          kept.add(data.retain());
          return padding;
        }
      };

  private static Http2Connection connection() {
    Http2Connection connection = new DefaultHttp2Connection(true);
    connection.local().flowController(new DefaultHttp2LocalFlowController(connection));
    return connection;
  }

  private static ChannelHandlerContext context() {
    return new EmbeddedChannel(new ChannelInboundHandlerAdapter()).pipeline().firstContext();
  }

  @Test
  void smallFrameDoesNotKeepItsReadBuffer() throws Exception {
    ByteBuf read = Unpooled.directBuffer(1 << 16).writeLong(42).writeZero(1 << 15);

    new CompactData(keeper, connection).onDataRead(context(), 1, read.readSlice(8), 0, false);

    assertThat(read.refCnt()).isEqualTo(1);
    read.release();
    assertThat(kept).singleElement().returns(8, ByteBuf::capacity).returns(42L, ByteBuf::readLong);
    assertThat(kept.get(0).release()).isTrue();
  }

  @Test
  void callWithoutMemoryEndsAloneWithAStatus() {
    ByteBuf read = Unpooled.directBuffer().writeZero(CompactData.SMALL + 1);

    CompactData listener = new CompactData(keeper, connection, new NoMemory(), () -> 0, 1 << 20);
    assertExhausted(listener, read);
    read.release();
  }

  @Test
  void callsLeaveMemoryForConnections() throws Exception {
    ByteBuf read = Unpooled.directBuffer().writeZero(CompactData.SMALL + 1);

    assertExhausted(with(used(15)), read);
    with(used(13)).onDataRead(context(), 3, read, 0, false);

    assertThat(kept).hasSize(1);
    assertThat(kept.get(0).release()).isTrue();
    read.release();
  }

  @Test
  void callThatDoesNotReadEndsFirst() throws Exception {
    ByteBuf read = Unpooled.directBuffer().writeZero(10_000);
    Http2LocalFlowController window = connection.local().flowController();
    window.frameWriter(new DefaultHttp2FrameWriter());
    window.channelHandlerContext(context());
    Http2Stream stream = connection.remote().createStream(3, false);
    for (int i = 0; i < 4; i++) {
      window.receiveFlowControlledFrame(stream, read, 0, false);
      with(used(13)).onDataRead(context(), 3, read, 0, false);
    }

    window.receiveFlowControlledFrame(stream, read, 0, false);
    assertExhausted(with(used(13)), read);
    with(used(11)).onDataRead(context(), 3, read, 0, false);
    with(used(13)).onDataRead(context(), 5, read, 0, false);

    assertThat(kept).hasSize(6).allMatch(ByteBuf::release);
    read.release();
  }

  /** Returns a number of sixteenths of {@link #MOST}. */
  private static long used(int sixteenths) {
    return MOST / 16 * sixteenths;
  }

  private CompactData with(long used) {
    return new CompactData(keeper, connection, CompactData.POOL, () -> used, MOST);
  }

  private static void assertExhausted(CompactData listener, ByteBuf read) {
    assertThatThrownBy(() -> listener.onDataRead(context(), 3, read, 0, false))
        .isInstanceOfSatisfying(
            Http2Exception.StreamException.class,
            e -> {
              assertThat(e.streamId()).isEqualTo(3);
              assertThat(e.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
              assertThat(Status.fromThrowable(e).getCode())
                  .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            });
  }
}
