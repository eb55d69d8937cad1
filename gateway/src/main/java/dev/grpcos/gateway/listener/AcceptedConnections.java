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
 * Counts and bounds the connections that a listening socket accepts.
 *
 * <p>This handler precedes the handler that sets up a connection, in the listening channel's
 * pipeline. A connection above the bound is marked, so that its calls can be answered with a
 * status; connections more than a quarter above the bound are closed before they use any resources.
 * Runs on an event loop; any thread may read the count.
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

  /** Sets the bound for new connections; open connections stay. */
  public void bound(int value) {
    bound = value;
  }

  /** Returns the number of open connections. */
  public int count() {
    return open.size();
  }

  /**
   * Waits until all connections that are open now are closed; returns false if the time expires
   * first.
   */
  boolean awaitClosed(Duration time) throws InterruptedException {
    return open.newCloseFuture().await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  void closeAll() {
    open.close().awaitUninterruptibly();
  }

  /** Returns whether this accepted connection is above the bound. */
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

  /**
   * Pauses after a failed accept, for example when file descriptors run out, because retrying at
   * once would spin.
   */
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
