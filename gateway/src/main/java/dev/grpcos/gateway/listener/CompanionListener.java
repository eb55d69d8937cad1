package dev.grpcos.gateway.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.time.Duration;

/** A listening socket for a protocol other than gRPC. */
public final class CompanionListener {
  private final AcceptedConnections connections;
  private final Channel listener;

  private CompanionListener(AcceptedConnections connections, Channel listener) {
    this.connections = connections;
    this.listener = listener;
  }

  /** Binds and listens at this address. */
  public static CompanionListener bind(
      DomainSocketAddress address, EventLoopGroup loops, ChannelHandler handler, int bound)
      throws IOException {
    AcceptedConnections connections = new AcceptedConnections(bound);
    EventLoopGroup loop = loops.next();
    ChannelFuture future =
        new ServerBootstrap()
            // on the loop that accepts, which spares each connection a hand-over to another thread
            .group(loop, loop)
            .channelFactory(() -> GrpcListener.listening(connections))
            .childHandler(handler)
            .bind(address)
            .awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw new IOException("bind to " + address.path() + " failed", future.cause());
    }
    return new CompanionListener(connections, future.channel());
  }

  /** Accepts no more; connections go on. */
  public void stopAccepting() {
    listener.close().awaitUninterruptibly();
  }

  /** Waits until all connections are closed; false if the time is over before. */
  public boolean awaitClosed(Duration time) throws InterruptedException {
    return connections.awaitClosed(time);
  }

  /** Closes what is still open. */
  public void closeNow() {
    stopAccepting();
    connections.closeAll();
  }
}
