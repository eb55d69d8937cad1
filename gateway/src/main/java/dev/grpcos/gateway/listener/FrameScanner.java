package dev.grpcos.gateway.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;

/**
 * Finds the headers of the frames in a connection's bytes, before Netty decodes them.
 *
 * <p>This handler reads only the headers of frames, and passes every buffer on unchanged, unless a
 * client floods the connection; then it drops all further bytes.
 */
final class FrameScanner extends ChannelInboundHandlerAdapter {
  private static final int PREFACE_BYTES = 24;
  private static final int FRAME_HEADER_BYTES = 9;
  private static final int TYPE = 3;
  private static final int END_HEADERS = 4;

  private final StreamOpener opener;
  private final FrameFloods floods;
  private final HeadersTimeout timeout;

  /** The number of bytes to skip before the next frame's header. */
  private long skip = PREFACE_BYTES;

  /** The received bytes of a frame header that is split across two buffers. */
  private final byte[] partial = new byte[FRAME_HEADER_BYTES];

  private int partialBytes;

  /** Whether the last frame has headers. */
  private boolean hasHeaders;

  /** Whether the last frame ends its headers. */
  private boolean endsHeaders;

  FrameScanner(StreamOpener opener, FrameFloods floods, HeadersTimeout timeout) {
    this.opener = opener;
    this.floods = floods;
    this.timeout = timeout;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf buffer) {
      scan(context, buffer);
      timeout.incomplete(hasHeaders && (skip > 0 || !endsHeaders));
    }
    if (floods.isFlooded()) {
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  private void scan(ChannelHandlerContext context, ByteBuf buffer) {
    int index = buffer.readerIndex();
    int end = buffer.writerIndex();
    while (index < end && !floods.isFlooded()) {
      if (skip > 0) {
        int skipped = (int) Math.min(skip, end - index);
        index += skipped;
        skip -= skipped;
      } else if (partialBytes == 0 && end - index >= FRAME_HEADER_BYTES) {
        frame(
            context,
            buffer.getUnsignedMedium(index),
            buffer.getByte(index + TYPE),
            buffer.getByte(index + TYPE + 1),
            buffer.getInt(index + TYPE + 2));
        index += FRAME_HEADER_BYTES;
      } else {
        partial[partialBytes++] = buffer.getByte(index++);
        if (partialBytes == FRAME_HEADER_BYTES) {
          partialBytes = 0;
          frame(
              context,
              integer(0, TYPE),
              partial[TYPE],
              partial[TYPE + 1],
              integer(TYPE + 2, FRAME_HEADER_BYTES));
        }
      }
    }
  }

  private int integer(int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      value = (value << 8) | (partial[i] & 0xff);
    }
    return value;
  }

  private void frame(ChannelHandlerContext context, int length, byte type, byte flags, int stream) {
    skip = length;
    hasHeaders = type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION;
    endsHeaders = (flags & END_HEADERS) != 0;
    int id = stream & Integer.MAX_VALUE;
    opener.frame(context, length, type, flags, id);
    floods.frame(context, length, type, flags, id);
  }
}
