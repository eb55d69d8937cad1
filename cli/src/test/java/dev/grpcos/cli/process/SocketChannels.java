package dev.grpcos.cli.process;

import dev.grpcos.gateway.channel.EventLoops;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ordinary gRPC clients of a gateway's socket, each with a separate connection. */
final class SocketChannels implements AutoCloseable {
  private static final int MOST_BYTES = 64 << 20;

  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final List<ManagedChannel> channels = new ArrayList<>();

  /** Opens this number of channels to one socket. */
  List<ManagedChannel> open(Path socket, int count) {
    List<ManagedChannel> opened = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      opened.add(
          NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
              .channelType(EpollDomainSocketChannel.class)
              .withOption(ChannelOption.SO_KEEPALIVE, null)
              .eventLoopGroup(loops)
              .directExecutor()
              .overrideAuthority("localhost")
              .maxInboundMessageSize(MOST_BYTES)
              .usePlaintext()
              .build());
    }
    channels.addAll(opened);
    return opened;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
