package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.call.SentFrames;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Closes a connection on which a client sends too many frames without content.
 *
 * <p>A client may send a thousand of them in 30 seconds. It earns further ones with calls and with
 * the data that it sends and receives, because these cause window updates and acknowledgements. The
 * connection is closed as HTTP/2 requires, with ENHANCE_YOUR_CALM. Floods of PING and CONTINUATION
 * and of resets that end calls have limits of their own, in grpc-java and Netty.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-10.5">RFC 9113, denial-of-service
 *     considerations</a>
 */
final class FrameFloods implements FrameHeads {
  static final int FREE = 1000;
  static final int EARNED_BY_CALL = 20;

  /** A client may update both windows for each frame that it receives. */
  static final int EARNED_BY_DATA = 3;

  /** The most that can be earned in advance, for a client with a large window for responses. */
  private static final int MOST_EARNED = 1 << 20;

  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Every message has a prefix of five bytes; only the last frame of a large one is shorter. */
  private static final int SHORTEST_MESSAGE = 5;

  /** The maximum number of bytes of padding, with its length. */
  private static final int MOST_PADDING = 256;

  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int PADDED = 8;
  private static final int CLOSE_SECONDS = 1;

  private final Http2ConnectionHandler http2;
  private final LongSupplier clock;
  private int allowed = FREE;
  private long windowStart;
  private boolean flooded;

  /**
   * Creates the counter of a connection.
   *
   * @param clock {@link System#nanoTime}
   */
  FrameFloods(Http2ConnectionHandler http2, LongSupplier clock) {
    this.http2 = http2;
    this.clock = clock;
    windowStart = clock.getAsLong();
  }

  /** Returns whether the connection is being closed, so that no further bytes count. */
  boolean isFlooded() {
    return flooded;
  }

  @Override
  public void frame(ChannelHandlerContext context, int length, byte type, byte flags, int stream) {
    switch (type) {
      case Http2FrameTypes.HEADERS -> earn(EARNED_BY_CALL);
      case Http2FrameTypes.DATA -> {
        if (hasContent(length, flags)) {
          earn(1);
        } else {
          spend(context);
        }
      }
      case Http2FrameTypes.PING -> {
        if ((flags & ACK) != 0) {
          spend(context);
        }
      }
      case Http2FrameTypes.CONTINUATION -> {}
      default -> spend(context);
    }
  }

  private static boolean hasContent(int length, byte flags) {
    return (flags & END_STREAM) != 0
        || length >= ((flags & PADDED) == 0 ? SHORTEST_MESSAGE : MOST_PADDING + SHORTEST_MESSAGE);
  }

  private void earn(long frames) {
    allowed = (int) Math.min(allowed + frames, MOST_EARNED);
  }

  private void spend(ChannelHandlerContext context) {
    if (--allowed >= 0) {
      return;
    }
    earn(EARNED_BY_DATA * SentFrames.of(context.channel()).take());
    if (allowed >= 0) {
      return;
    }
    long now = clock.getAsLong();
    if (now - windowStart >= WINDOW_NANOS) {
      windowStart = now;
      allowed = FREE;
    } else {
      close(context);
    }
  }

  private void close(ChannelHandlerContext context) {
    flooded = true;
    ChannelHandlerContext handler = context.pipeline().context(http2);
    if (handler == null) {
      closeNow(context);
      return;
    }
    http2.onError(
        handler,
        false,
        Http2Exception.connectionError(
            Http2Error.ENHANCE_YOUR_CALM, "too many frames without content"));
    // A client that reads nothing does not receive the reason.
    var unused =
        context.executor().schedule(() -> closeNow(context), CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private static void closeNow(ChannelHandlerContext context) {
    var unused = context.close();
  }
}
