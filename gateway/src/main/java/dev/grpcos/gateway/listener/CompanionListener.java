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
final class CompanionListener {
  private final AcceptedConnections connections;
  private final Channel listener;

  private CompanionListener(AcceptedConnections connections, Channel listener) {
    this.connections = connections;
    this.listener = listener;
  }

  /** Binds to this address and listens. */
  static CompanionListener bind(
      DomainSocketAddress address,
      EventLoopGroup loops,
      ChannelHandler handler,
      AcceptedConnections connections)
      throws IOException {
    EventLoopGroup loop = loops.next();
    ChannelFuture future =
        new ServerBootstrap()
            // the accepting loop, which saves each connection a hand-over to another thread
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

  /** Returns the connections that it accepted. */
  AcceptedConnections connections() {
    return connections;
  }

  /** Stops accepting; open connections stay. */
  void stopAccepting() {
    listener.close().awaitUninterruptibly();
  }

  /** Waits until all connections are closed; returns false if the time expires first. */
  boolean awaitClosed(Duration time) throws InterruptedException {
    return connections.awaitClosed(time);
  }

  /** Closes all open connections; does not wait for them. */
  void closeNow() {
    connections.closeAll();
  }
}
