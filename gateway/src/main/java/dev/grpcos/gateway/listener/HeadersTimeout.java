package dev.grpcos.gateway.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which the headers of the first request, or of a later one that has begun,
 * do not arrive in time. The latter keep a connection from being idle, and are not a call yet.
 */
final class HeadersTimeout extends ChannelInboundHandlerAdapter {
  private final Duration wait;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> timer;

  /** Whether the headers of a request have arrived. */
  private boolean requested;

  HeadersTimeout(Duration wait) {
    this.wait = wait;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    start(added);
  }

  private void start(ChannelHandlerContext added) {
    timer = added.executor().schedule(() -> close(added), wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void close(ChannelHandlerContext context) {
    var unused = context.close();
  }

  /** Notes that the headers of a request have arrived. */
  void requested() {
    if (!requested) {
      requested = true;
      stop();
    }
  }

  /** Notes whether a part of a request's headers has arrived, and the rest has not. */
  void incomplete(boolean incomplete) {
    if (!requested || incomplete == (timer != null)) {
      return;
    }
    if (incomplete && context != null) {
      start(context);
    } else {
      stop();
    }
  }

  private void stop() {
    Future<?> started = timer;
    timer = null;
    if (started != null) {
      started.cancel(false);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    context = null;
    stop();
  }
}
