package dev.grpcos.gateway.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Delays the greeting to a user without rights until the client has sent more than the shortest
 * beginning of an HTTP/2 connection. Closes a connection on which that takes more than a second.
 *
 * <p>So a connection without a call costs no handshake and ends soon, and a client that makes a
 * call learns from its status that it has no rights. gRPC clients send settings of their own, and
 * wait for those of the server before they make a call.
 */
final class SilentGreeting extends ChannelDuplexHandler {
  /** The bytes of the preface and of an empty SETTINGS frame. */
  private static final int SHORTEST = 24 + 9;

  private static final int PATIENCE_SECONDS = 1;

  private @Nullable PendingWriteQueue held;
  private @Nullable Future<?> timer;
  private int received;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    held = new PendingWriteQueue(context);
    timer =
        context
            .executor()
            .schedule(
                () -> {
                  var unused = context.close();
                },
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      received = Math.min(SHORTEST + 1, received + bytes.readableBytes());
    }
    context.fireChannelRead(message);
    if (received > SHORTEST && !context.isRemoved()) {
      context.pipeline().remove(this);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (held == null) {
      var unused = context.write(message, promise);
    } else {
      held.add(message, promise);
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (held == null) {
      context.flush();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (timer != null) {
      timer.cancel(false);
    }
    PendingWriteQueue writes = held;
    held = null;
    if (writes != null) {
      var unused = writes.removeAndWriteAll();
      context.flush();
    }
  }
}
