package dev.grpcos.benchmarks;

import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Creates channels to a Unix socket that share one event loop and run callbacks on it. */
final class BenchmarkChannels {
  private final String socket;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("io", true), EpollIoHandler.newFactory());

  /**
   * @param socket the path of the socket
   */
  BenchmarkChannels(String socket) {
    this.socket = socket;
  }

  /** Returns the builder of a channel, which gets a connection of its own. */
  NettyChannelBuilder builder() {
    return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket))
        .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
        .eventLoopGroup(loop)
        // Unix sockets have no SO_KEEPALIVE; Netty would log a warning.
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        .overrideAuthority("localhost")
        .usePlaintext()
        .directExecutor();
  }
}
