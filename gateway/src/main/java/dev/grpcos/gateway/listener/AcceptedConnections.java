package dev.grpcos.gateway.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The connections that a listening socket accepted, counted and bounded.
 *
 * <p>It stands in the listening channel's pipeline, before what sets up a connection. Above the
 * bound a connection is marked, so that its calls can be answered with a status; a quarter above
 * it, connections are closed before they cost anything. Runs on an event loop; the count may be
 * read by any thread.
 */
@Sharable
public final class AcceptedConnections extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.listener");
  private static final AttributeKey<Boolean> SURPLUS =
      AttributeKey.valueOf("dev.grpcos.gateway.surplus");

  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile int bound;

  public AcceptedConnections(int bound) {
    this.bound = bound;
  }

  /** Bounds what is accepted from now on; what is open stays. */
  public void bound(int value) {
    bound = value;
  }

  /** Connections that are open now. */
  public int count() {
    return open.size();
  }

  /** Waits until all that are open now are closed; false if the time is over before. */
  boolean awaitClosed(Duration time) throws InterruptedException {
    return open.newCloseFuture().await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  void closeAll() {
    open.close().awaitUninterruptibly();
  }

  /** Whether this accepted connection is above the bound. */
  public static boolean isSurplus(Channel connection) {
    return connection.hasAttr(SURPLUS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    int others = open.size();
    int most = bound;
    if (others >= most + most / 4 + 1) {
      connection.unsafe().closeForcibly();
      return;
    }
    if (others >= most) {
      connection.attr(SURPLUS).set(true);
    }
    open.add(connection);
    context.fireChannelRead(connection);
  }

  /** Accepting failed, as where file descriptors run out: pauses, because retrying would spin. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.log(
        System.Logger.Level.WARNING,
        "accepting connections pauses for a second: {0}",
        String.valueOf(cause));
    Channel listener = context.channel();
    listener.config().setAutoRead(false);
    Future<?> unused =
        listener
            .eventLoop()
            .schedule(() -> listener.config().setAutoRead(true), 1, TimeUnit.SECONDS);
  }
}
