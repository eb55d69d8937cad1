package dev.grpcos.gateway.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection unless this handler is removed in time.
 *
 * <p>grpc-java has such a timer too, but it can only be stopped by HTTP/2, so it would also close
 * HTTP/1.1 connections.
 */
final class HandshakeTimeout extends ChannelInboundHandlerAdapter {
  private final Duration limit;
  private @Nullable Future<?> timer;

  HandshakeTimeout(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timer =
        context.executor().schedule(() -> close(context), limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void close(ChannelHandlerContext context) {
    var unused = context.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    Future<?> started = timer;
    if (started != null) {
      started.cancel(false);
    }
  }
}
