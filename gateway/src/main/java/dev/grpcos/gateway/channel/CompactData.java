package dev.grpcos.gateway.channel;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;

/**
 * Copies the content of DATA frames into buffers of its size.
 *
 * <p>A message holds the buffers in which its frames arrived until it is complete. One small frame
 * would hold read buffers of 128 KiB, and a large message nearly twice its size.
 */
public final class CompactData extends Http2FrameListenerDecorator {
  private static final int PAGE = 8 << 10;

  /** The binary logarithm of the pages in a chunk, which is the unit of allocation, 1 MiB. */
  private static final int CHUNK_ORDER = 7;

  /**
   * The memory of the copies. It contains nothing else and caches nothing, so that the end of a
   * message frees whole chunks. In a connection's pool, a few small buffers would keep the chunks.
   */
  static final PooledByteBufAllocator POOL =
      new PooledByteBufAllocator(
          true, 0, PooledByteBufAllocator.defaultNumDirectArena(), PAGE, CHUNK_ORDER, 0, 0, false);

  /**
   * The bytes up to which a copy is an array of its own. The pool has no caches, so each of its
   * buffers costs two locks, which is more than such an array costs the garbage collector.
   */
  static final int SMALL = 1 << 10;

  /** The status of a call whose message does not fit into the direct memory of the JVM. */
  public static final Status EXHAUSTED =
      Status.RESOURCE_EXHAUSTED.withDescription(
          "the messages in flight need more memory than the gateway has; try again later, or send"
              + " less");

  private final ByteBufAllocator memory;

  /** Creates a listener that passes the frames on to this one. */
  public CompactData(Http2FrameListener listener) {
    this(listener, POOL);
  }

  CompactData(Http2FrameListener listener, ByteBufAllocator memory) {
    super(listener);
    this.memory = memory;
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end)
      throws Http2Exception {
    if (!data.isReadable()) {
      return super.onDataRead(context, id, data, padding, end);
    }
    ByteBuf copy = copy(id, data);
    try {
      return super.onDataRead(context, id, copy, padding, end);
    } finally {
      copy.release();
    }
  }

  /** Returns a copy. If there is no memory, it ends the stream, and not the connection. */
  private ByteBuf copy(int id, ByteBuf data) throws Http2Exception {
    int size = data.readableBytes();
    if (size <= SMALL) {
      byte[] copy = new byte[size];
      data.getBytes(data.readerIndex(), copy);
      return Unpooled.wrappedBuffer(copy);
    }
    try {
      return memory.directBuffer(size).writeBytes(data, data.readerIndex(), size);
    } catch (OutOfMemoryError e) {
      throw Http2Exception.streamError(
          id,
          Http2Error.ENHANCE_YOUR_CALM,
          EXHAUSTED.withCause(e).asRuntimeException(),
          "no memory for DATA");
    }
  }
}
