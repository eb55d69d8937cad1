package dev.grpcos.gateway.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Opens the stream of each HEADERS frame before Netty decodes the frame.
 *
 * <p>Netty answers invalid headers with RST_STREAM, as HTTP/2 requires, but does not count the
 * stream as one that has existed. The DATA frame that usually follows is then a connection error,
 * which ends all calls of the connection. A stream that is already open is reset like any other.
 *
 * <p>This handler reads only the headers of frames, and passes every buffer on unchanged. {@code
 * InvalidHeadersTest} checks this behaviour of Netty.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.1.1">RFC 9113, malformed
 *     messages</a>
 */
final class StreamOpener extends ChannelInboundHandlerAdapter {
  private static final int PREFACE_BYTES = 24;
  private static final int FRAME_HEADER_BYTES = 9;

  private final Http2Connection connection;

  /** The number of bytes to skip before the next frame's header. */
  private long skip = PREFACE_BYTES;

  /** The received bytes of a frame header that is split across two buffers. */
  private final byte[] partial = new byte[FRAME_HEADER_BYTES];

  private int partialBytes;

  StreamOpener(Http2Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf buffer) {
      scan(buffer);
    }
    context.fireChannelRead(message);
  }

  private void scan(ByteBuf buffer) {
    int index = buffer.readerIndex();
    int end = buffer.writerIndex();
    while (index < end) {
      if (skip > 0) {
        int skipped = (int) Math.min(skip, end - index);
        index += skipped;
        skip -= skipped;
      } else if (partialBytes == 0 && end - index >= FRAME_HEADER_BYTES) {
        frame(buffer.getUnsignedMedium(index), buffer.getByte(index + 3), buffer.getInt(index + 5));
        index += FRAME_HEADER_BYTES;
      } else {
        partial[partialBytes++] = buffer.getByte(index++);
        if (partialBytes == FRAME_HEADER_BYTES) {
          partialBytes = 0;
          frame(integer(0, 3), partial[3], integer(5, FRAME_HEADER_BYTES));
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

  private void frame(int length, byte type, int stream) {
    skip = length;
    int id = stream & Integer.MAX_VALUE;
    if (type != Http2FrameTypes.HEADERS
        || connection.goAwaySent()
        || connection.streamMayHaveExisted(id)) {
      return;
    }
    try {
      connection.remote().createStream(id, false);
    } catch (Http2Exception e) {
      // Netty detects the same error when it decodes the frame, and answers it.
    }
  }
}
