package dev.grpcos.gateway.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a connection that has made no call in time. */
final class FirstCallTimeout extends ChannelInboundHandlerAdapter {
  private final Http2Connection connection;
  private final Duration wait;
  private @Nullable Future<?> timer;

  FirstCallTimeout(Http2Connection connection, Duration wait) {
    this.connection = connection;
    this.wait = wait;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timer =
        context.executor().schedule(() -> expire(context), wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void expire(ChannelHandlerContext context) {
    if (connection.remote().lastStreamCreated() <= 0) {
      var unused = context.close();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    Future<?> started = timer;
    if (started != null) {
      started.cancel(false);
    }
  }
}
