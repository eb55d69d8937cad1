package dev.grpcos.gateway.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins the small buffers that are written to a connection between two flushes.
 *
 * <p>Netty writes most frames of HTTP/2 as two buffers, the header and the payload; the frames of a
 * forwarded call are ten buffers. To queue a small buffer, to count its bytes and to pass its
 * address to the kernel takes longer than to copy it.
 *
 * <p>The buffers are passed on when the connection is flushed or closed. Until then, they do not
 * count as pending bytes of the channel. A write still completes as soon as its own bytes have been
 * sent: a call whose headers have been sent must not be repeated. Netty's {@code
 * CoalescingBufferQueue} completes all writes with the last one.
 *
 * <p>Confined to the connection's event loop.
 */
public final class JoinedWrites extends ChannelOutboundHandlerAdapter {
  /** The size of the largest buffer that is joined with others, in bytes. */
  static final int SMALL = 1 << 10;

  /** The maximum size of joined buffers, in bytes. */
  static final int MOST = 16 << 10;

  /** The maximum number of buffers that are joined. */
  static final int MOST_BUFFERS = 256;

  private List<Write> waiting = new ArrayList<>();

  /** The number of bytes of the waiting buffers. */
  private int bytes;

  /**
   * The write of one buffer.
   *
   * @param end the number of bytes up to the end of this buffer
   */
  private record Write(ByteBuf buffer, int end, ChannelPromise promise) {}

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf buffer)
        || buffer.readableBytes() > SMALL
        || promise.isVoid()) {
      pass(context);
      var unused = context.write(message, promise);
      return;
    }
    if (bytes + buffer.readableBytes() > MOST || waiting.size() == MOST_BUFFERS) {
      pass(context);
    }
    bytes += buffer.readableBytes();
    waiting.add(new Write(buffer, bytes, promise));
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    pass(context);
    context.flush();
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    try {
      pass(context);
    } finally {
      var unused = context.close(promise);
    }
  }

  /**
   * Passes on what is left. A closed channel releases it and fails the writes, and HTTP/2 may
   * answer such a failure with another write.
   */
  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    while (!waiting.isEmpty()) {
      pass(context);
    }
  }

  private void pass(ChannelHandlerContext context) {
    if (waiting.isEmpty()) {
      return;
    }
    List<Write> writes = waiting;
    int size = bytes;
    waiting = new ArrayList<>(writes.size());
    bytes = 0;
    ByteBuf joined = writes.size() == 1 ? null : allocate(context.alloc(), size);
    if (joined == null) {
      for (Write write : writes) {
        var unused = context.write(write.buffer, write.promise);
      }
      return;
    }
    for (Write write : writes) {
      joined.writeBytes(write.buffer, write.buffer.readerIndex(), write.buffer.readableBytes());
      write.buffer.release();
    }
    ChannelProgressivePromise sent = context.newProgressivePromise();
    sent.addListener(new Progress(writes));
    var unused = context.write(joined, sent);
  }

  /** Returns a buffer, or null if there is no memory for it. */
  private static @Nullable ByteBuf allocate(ByteBufAllocator memory, int size) {
    try {
      return memory.directBuffer(size);
    } catch (OutOfMemoryError e) {
      return null;
    }
  }

  /** Completes each of the joined writes when its bytes have been sent. */
  private static final class Progress implements ChannelProgressiveFutureListener {
    private final List<Write> writes;
    private int completed;

    Progress(List<Write> writes) {
      this.writes = writes;
    }

    @Override
    public void operationProgressed(ChannelProgressiveFuture future, long sent, long total) {
      while (completed < writes.size() && writes.get(completed).end <= sent) {
        writes.get(completed++).promise.trySuccess();
      }
    }

    @Override
    public void operationComplete(ChannelProgressiveFuture future) {
      while (completed < writes.size()) {
        ChannelPromise promise = writes.get(completed++).promise;
        if (future.isSuccess()) {
          promise.trySuccess();
        } else {
          promise.tryFailure(future.cause());
        }
      }
    }
  }
}
