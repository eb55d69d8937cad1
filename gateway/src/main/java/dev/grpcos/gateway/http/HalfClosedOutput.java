package dev.grpcos.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a client that has shut down its output.
 *
 * <p>Netty 4.2.18 cannot: when nothing is left to read, it removes the socket from epoll and does
 * not add it again, so a response larger than the kernel's buffer fails. Therefore this handler
 * writes itself, and repeats after a moment what the buffer does not take. The waiting bytes count
 * for the channel's writability. {@code HttpLimitsTest} has a response that fails without this
 * class. Confined to the event loop.
 */
final class HalfClosedOutput extends ChannelDuplexHandler {
  private static final int PIECE = 64 << 10;
  private static final int PAUSE_MILLIS = 5;

  /** The writes that wait, or null before the end of the input. */
  private @Nullable PendingWriteQueue queue;

  private boolean pauses;

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent && queue == null) {
      // The socket is still in epoll, so Netty can send what has been written before.
      context.flush();
      queue = new PendingWriteQueue(context);
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    PendingWriteQueue waiting = queue;
    if (waiting == null || (waiting.isEmpty() && isSending(context.channel()))) {
      var unused = context.write(message, promise);
    } else {
      waiting.add(message, promise);
    }
  }

  /** Returns whether Netty still sends earlier writes, for which the socket stays in epoll. */
  private static boolean isSending(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null || buffer.totalPendingWriteBytes() > 0;
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (queue == null || queue.isEmpty()) {
      context.flush();
    } else if (!pauses) {
      send(context, queue);
    }
  }

  private void send(ChannelHandlerContext context, PendingWriteQueue waiting) {
    try {
      for (Object next = waiting.current(); next != null; next = waiting.current()) {
        if (!write(context, (ByteBuf) next)) {
          pause(context, waiting);
          return;
        }
        ChannelPromise promise = waiting.remove();
        if (promise != null) {
          promise.trySuccess();
        }
      }
    } catch (IOException e) {
      waiting.removeAndFailAll(e);
      var unused = context.close();
    }
  }

  private void pause(ChannelHandlerContext context, PendingWriteQueue waiting) {
    pauses = true;
    var unused =
        context
            .executor()
            .schedule(
                () -> {
                  pauses = false;
                  send(context, waiting);
                },
                PAUSE_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  /** Writes bytes until all are written or the kernel takes no more; returns whether all are. */
  private static boolean write(ChannelHandlerContext context, ByteBuf bytes) throws IOException {
    while (bytes.isReadable()) {
      int count = Math.min(bytes.readableBytes(), PIECE);
      ByteBuf piece = context.alloc().directBuffer(count);
      try {
        piece.writeBytes(bytes, bytes.readerIndex(), count);
        ByteBuffer direct = piece.internalNioBuffer(0, count);
        int written =
            ((UnixChannel) context.channel()).fd().write(direct, direct.position(), direct.limit());
        bytes.skipBytes(written);
        if (written < count) {
          return false;
        }
      } finally {
        piece.release();
      }
    }
    return true;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (queue != null) {
      queue.removeAndFailAll(new ClosedChannelException());
    }
    context.fireChannelInactive();
  }
}
