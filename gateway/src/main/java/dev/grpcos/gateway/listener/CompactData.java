package dev.grpcos.gateway.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;

/**
 * Copies large DATA frames into buffers of their size.
 *
 * <p>A message holds the buffers in which its frames arrived until it is complete. Their unused
 * parts would nearly double the memory of a large message.
 */
final class CompactData extends Http2FrameListenerDecorator {
  private static final int LARGE = 8 << 10;

  CompactData(Http2FrameListener listener) {
    super(listener);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end)
      throws Http2Exception {
    if (data.readableBytes() < LARGE) {
      return super.onDataRead(context, id, data, padding, end);
    }
    ByteBuf copy = context.alloc().directBuffer(data.readableBytes());
    try {
      copy.writeBytes(data, data.readerIndex(), data.readableBytes());
      return super.onDataRead(context, id, copy, padding, end);
    } finally {
      copy.release();
    }
  }
}
