package dev.grpcos.gateway.http;

import dev.grpcos.gateway.call.LateRequests;
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
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a client that has shut down its output.
 *
 * <p>Netty 4.2.18 cannot: when nothing is left to read, it removes the socket from epoll and does
 * not add it again, so a response larger than the kernel's buffer fails. Therefore this handler
 * writes itself, and repeats later what the buffer does not take, less and less often. It closes
 * the connection of a client that does not receive at the least rate. The waiting bytes count for
 * the channel's writability. {@code HttpLimitsTest} has a response that fails without this class.
 * Confined to the event loop.
 */
final class HalfClosedOutput extends ChannelDuplexHandler {
  private static final int PIECE = 64 << 10;
  private static final int FIRST_PAUSE_MILLIS = 5;
  private static final int LONGEST_PAUSE_MILLIS = 1000;

  private final Duration period;

  /** The writes that wait, or null before the end of the input. */
  private @Nullable PendingWriteQueue queue;

  /** Copied bytes of the first write that the kernel has not taken, or null. */
  private @Nullable ByteBuf copied;

  private boolean pauses;
  private int pauseMillis = FIRST_PAUSE_MILLIS;

  /** The start of the period in which bytes are counted, in {@link System#nanoTime}. */
  private long periodStart;

  /** The bytes that the kernel has taken in the period. */
  private long taken;

  /**
   * Creates a handler that does nothing before the end of the input.
   *
   * @param period the time in which a client must receive at the least rate, on average
   */
  HalfClosedOutput(Duration period) {
    this.period = period;
  }

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
      if (waiting.isEmpty()) {
        beginPeriod();
      }
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
          if (isTooSlow()) {
            throw new IOException("the client does not receive the response");
          }
          pause(context, waiting);
          return;
        }
        ChannelPromise promise = waiting.remove();
        if (promise != null) {
          promise.trySuccess();
        }
      }
    } catch (IOException e) {
      fail(waiting, e);
      var unused = context.close();
    }
  }

  private void beginPeriod() {
    periodStart = System.nanoTime();
    taken = 0;
  }

  /** Returns whether a period has passed in which the client did not receive at the least rate. */
  private boolean isTooSlow() {
    if (System.nanoTime() - periodStart < period.toNanos()) {
      return false;
    }
    boolean slow = taken < LateRequests.leastBytes(period);
    beginPeriod();
    return slow;
  }

  private void fail(PendingWriteQueue waiting, IOException cause) {
    ByteBuf rest = copied;
    if (rest != null) {
      rest.release();
      copied = null;
    }
    waiting.removeAndFailAll(cause);
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
                pauseMillis,
                TimeUnit.MILLISECONDS);
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }

  /** Writes bytes until all are written or the kernel takes no more; returns whether all are. */
  private boolean write(ChannelHandlerContext context, ByteBuf bytes) throws IOException {
    while (copied != null || bytes.isReadable()) {
      ByteBuf piece = copied;
      if (piece == null) {
        int count = Math.min(bytes.readableBytes(), PIECE);
        piece = context.alloc().directBuffer(count).writeBytes(bytes, count);
        copied = piece;
      }
      ByteBuffer direct = piece.internalNioBuffer(piece.readerIndex(), piece.readableBytes());
      int written =
          ((UnixChannel) context.channel()).fd().write(direct, direct.position(), direct.limit());
      piece.skipBytes(written);
      if (written > 0) {
        taken += written;
        pauseMillis = FIRST_PAUSE_MILLIS;
      }
      if (piece.isReadable()) {
        return false;
      }
      piece.release();
      copied = null;
    }
    return true;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (queue != null) {
      fail(queue, new ClosedChannelException());
    }
    context.fireChannelInactive();
  }
}
