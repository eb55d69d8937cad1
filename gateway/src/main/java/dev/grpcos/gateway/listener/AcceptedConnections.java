package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.limit.UserShares.Verdict;
import dev.grpcos.gateway.listener.ConnectionGate.ConnectionKind;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts and bounds the connections that a listening socket accepts.
 *
 * <p>This handler precedes the handler that sets up a connection, in the listening channel's
 * pipeline. It learns the caller from the kernel, or from the configuration, and closes a
 * connection that the gate refuses before it uses any resources. Runs on an event loop; any thread
 * may read the count.
 */
@Sharable
public final class AcceptedConnections extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway.listener");
  private static final AttributeKey<ConnectionKind> KIND =
      AttributeKey.valueOf("dev.grpcos.gateway.connection");

  private static final Object END = new Object();

  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicLong accepted = new AtomicLong();
  private final ConnectionGate gate;
  private final SocketAccess access;
  private final Predicate<SocketCaller> rights;

  /**
   * Creates the handler of a listening socket.
   *
   * @param access the access that the socket gives, which each connection carries
   * @param rights returns whether a rule, or the socket, permits a caller anything
   */
  public AcceptedConnections(
      ConnectionGate gate, SocketAccess access, Predicate<SocketCaller> rights) {
    this.gate = gate;
    this.access = access;
    this.rights = rights;
  }

  /** Returns the number of open connections. */
  public int count() {
    return open.size();
  }

  /** Returns the number of connections so far, including those that were refused. */
  long total() {
    return accepted.get();
  }

  /**
   * Waits until all connections that are open now are closed; returns false if the time expires
   * first.
   */
  boolean awaitClosed(Duration time) throws InterruptedException {
    return open.newCloseFuture().await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  void closeAll() {
    var unused = open.close();
  }

  /**
   * Closes the connections that are open now, and ends those that still last after this time. Call
   * this method on the listening channel's event loop: elsewhere, a connection that is being
   * accepted may be missed, or have no event loop yet.
   */
  void drain(Duration time) {
    for (Channel connection : List.copyOf(open)) {
      var unused = connection.close();
      Future<?> timer =
          connection
              .eventLoop()
              .schedule(() -> end(connection), time.toMillis(), TimeUnit.MILLISECONDS);
      connection.closeFuture().addListener(closed -> timer.cancel(false));
    }
  }

  private static void end(Channel connection) {
    var unused = connection.write(END);
  }

  /** Ends all connections of HTTP/1.1, which handle a message as grpc-java's command to end. */
  void endAll() {
    var unused = open.write(END);
  }

  /** Returns whether the user of this connection has no rights, so that it may make no call. */
  public static boolean isStranger(Channel connection) {
    return connection.attr(KIND).get() == ConnectionKind.STRANGER;
  }

  /** Returns why this connection is surplus and its calls are refused, or null. */
  public static @Nullable Verdict surplus(Channel connection) {
    ConnectionKind kind = connection.attr(KIND).get();
    if (kind == null) {
      return null;
    }
    return switch (kind) {
      case OVER_SHARE -> Verdict.OVER_SHARE;
      case OVER_LIMIT -> Verdict.OVER_LIMIT;
      case OVER_RESERVE -> Verdict.RESERVED;
      case ORDINARY, STRANGER, REFUSED -> null;
    };
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    accepted.incrementAndGet();
    SocketCaller caller;
    try {
      access.mark(connection);
      caller = SocketCaller.of(connection);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "a connection without a peer was closed", e);
      connection.unsafe().closeForcibly();
      return;
    }
    ConnectionKind kind = gate.admit(caller.peer().share(), rights.test(caller), access.isOwners());
    if (kind == ConnectionKind.REFUSED) {
      connection.unsafe().closeForcibly();
      return;
    }
    connection.attr(KIND).set(kind);
    connection.closeFuture().addListener(closed -> gate.leave(caller.peer().share(), kind));
    open.add(connection);
    if (kind == ConnectionKind.STRANGER) {
      connection.pipeline().addFirst(new SilentGreeting());
    }
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
