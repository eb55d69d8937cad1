package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.call.CallLimits;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.peer.PeerNegotiator;
import io.grpc.Attributes;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** Sets up gRPC on a Unix socket: cleartext HTTP/2, the peer's identity, the limits. */
public final class GrpcListener {
  /**
   * How much more metadata the transport lets in than a call may have: within it, a call is
   * answered with a status that says why, where HTTP/2 has but a 431.
   */
  private static final int METADATA_SLACK = 4;

  private static final int FLOW_CONTROL_WINDOW = 1 << 20;

  private GrpcListener() {}

  /**
   * A builder for a server that listens on these event loops.
   *
   * @param address where to bind it
   * @param adopted the descriptor of a socket that listens already, which takes the place of one at
   *     the address
   */
  public static NettyServerBuilder builder(
      DomainSocketAddress address,
      OptionalInt adopted,
      EventLoopGroup loops,
      Limits limits,
      AcceptedConnections connections) {
    return NettyServerBuilder.forAddress(
            address, PeerNegotiator.credentials(GrpcListener::markSurplus))
        .channelFactory(
            () ->
                adopted.isPresent()
                    ? adopt(adopted.getAsInt(), connections)
                    : listening(connections))
        // Not for Unix sockets: Netty would warn of it on each connection.
        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .directExecutor()
        // Not measured by pings, which would go with every batch of requests.
        .flowControlWindow(FLOW_CONTROL_WINDOW)
        .handshakeTimeout(limits.handshake().toNanos(), TimeUnit.NANOSECONDS)
        .maxInboundMessageSize(limits.message())
        .maxInboundMetadataSize(limits.metadata() * METADATA_SLACK)
        .maxConcurrentCallsPerConnection(limits.streams())
        .maxRstFramesPerWindow(limits.resets(), (int) limits.resetWindow().toSeconds())
        .maxConnectionIdle(limits.idle().toNanos(), TimeUnit.NANOSECONDS);
  }

  /** A listening channel that counts and bounds what it accepts. */
  static ServerChannel listening(AcceptedConnections connections) {
    EpollServerDomainSocketChannel channel = new EpollServerDomainSocketChannel();
    channel.pipeline().addLast(connections);
    return channel;
  }

  /** A channel of a socket that listens already, and whose path is not ours to remove. */
  private static ServerChannel adopt(int fd, AcceptedConnections connections) {
    EpollServerDomainSocketChannel channel = new EpollServerDomainSocketChannel(fd, true);
    channel
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void bind(
                  ChannelHandlerContext context, SocketAddress address, ChannelPromise done) {
                done.setSuccess(); // it is bound
              }
            },
            connections);
    return channel;
  }

  private static Attributes markSurplus(Channel connection, Attributes attributes) {
    return AcceptedConnections.isSurplus(connection) ? CallLimits.surplus(attributes) : attributes;
  }
}
