package dev.grpcos.gateway.channel;

import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.internal.PlatformDependent;
import java.util.function.LongSupplier;

/**
 * Copies the content of DATA frames into buffers of its size.
 *
 * <p>A message holds the buffers in which its frames arrived until it is complete. One small frame
 * would hold read buffers of 128 KiB, and a large message nearly twice its size.
 *
 * <p>The flow control window of a stream bounds the bytes that a call does not read. Many such
 * calls could take all direct memory, and a connection that gets none ends with all its calls.
 * Therefore calls end before that, first those that do not read.
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

  /** The part of the direct memory that is left for connections. */
  private static final int RESERVED_PART = 8;

  /** The part of the direct memory that calls leave which do not read. */
  private static final int READING_PART = 4;

  /** The bytes of a stream that were not read, above which its call counts as one. */
  private static final int UNREAD = 32 << 10;

  private final Http2Connection connection;
  private final ByteBufAllocator memory;
  private final LongSupplier used;
  private final long most;

  /** Creates a listener that passes the frames of a connection on to this one. */
  public CompactData(Http2FrameListener listener, Http2Connection connection) {
    this(
        listener,
        connection,
        POOL,
        PlatformDependent::usedDirectMemory,
        PlatformDependent.maxDirectMemory());
  }

  /**
   * @param used returns the bytes of direct memory in use
   * @param most the maximum size of direct memory, in bytes
   */
  CompactData(
      Http2FrameListener listener,
      Http2Connection connection,
      ByteBufAllocator memory,
      LongSupplier used,
      long most) {
    super(listener);
    this.connection = connection;
    this.memory = memory;
    this.used = used;
    this.most = most;
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
    long free = most - used.getAsLong();
    if (free < most / RESERVED_PART || (free < most / READING_PART && unread(id) > UNREAD + size)) {
      throw exhausted(id, EXHAUSTED);
    }
    try {
      return memory.directBuffer(size).writeBytes(data, data.readerIndex(), size);
    } catch (OutOfMemoryError e) {
      throw exhausted(id, EXHAUSTED.withCause(e));
    }
  }

  /** Returns the bytes of a stream that were not read, with those of the frame that arrives. */
  private int unread(int id) {
    Http2Stream stream = connection.stream(id);
    return stream == null ? 0 : connection.local().flowController().unconsumedBytes(stream);
  }

  private static Http2Exception exhausted(int id, Status status) {
    return Http2Exception.streamError(
        id, Http2Error.ENHANCE_YOUR_CALM, status.asRuntimeException(), "no memory for DATA");
  }
}
