package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CompactDataTest {
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

  private static ChannelHandlerContext context() {
    return new EmbeddedChannel(new ChannelInboundHandlerAdapter()).pipeline().firstContext();
  }

  @Test
  void smallFrameDoesNotKeepItsReadBuffer() throws Exception {
    ByteBuf read = Unpooled.directBuffer(1 << 16).writeLong(42).writeZero(1 << 15);

    new CompactData(keeper).onDataRead(context(), 1, read.readSlice(8), 0, false);

    assertThat(read.refCnt()).isEqualTo(1);
    read.release();
    assertThat(kept).singleElement().returns(8, ByteBuf::capacity).returns(42L, ByteBuf::readLong);
    assertThat(kept.get(0).release()).isTrue();
  }

  @Test
  void callWithoutMemoryEndsAloneWithAStatus() {
    ByteBuf read = Unpooled.directBuffer().writeZero(CompactData.SMALL + 1);

    assertThatThrownBy(
            () -> new CompactData(keeper, new NoMemory()).onDataRead(context(), 3, read, 0, false))
        .isInstanceOfSatisfying(
            Http2Exception.StreamException.class,
            e -> {
              assertThat(e.streamId()).isEqualTo(3);
              assertThat(e.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
              assertThat(Status.fromThrowable(e).getCode())
                  .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            });
    assertThat(kept).isEmpty();
    read.release();
  }

  private static final class NoMemory extends AbstractByteBufAllocator {
    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initial, int most) {
      throw new OutOfMemoryError();
    }

    @Override
    protected ByteBuf newDirectBuffer(int initial, int most) {
      throw new OutOfMemoryError();
    }
  }
}
