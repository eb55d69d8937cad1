package dev.grpcos.benchmarks;

import com.google.protobuf.Descriptors.DescriptorValidationException;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.util.List;

/**
 * A server on a Unix socket with streams and schemas of any size, which the gateway's own services
 * do not have.
 *
 * <p>It serves {@link Stream} and a {@link LargeSchema} with server reflection, until it is killed.
 * Netty unlinks the socket's path when it binds it, so the path must be free.
 */
final class BenchmarkServer {
  private BenchmarkServer() {}

  /** Runs the server. Arguments: the socket, the number of files in the large schema. */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, DescriptorValidationException {
    MultiThreadIoEventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Server server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(arguments[0]))
            .channelType(EpollServerDomainSocketChannel.class)
            // Unix sockets have no such option; Netty would log a warning for each connection.
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .directExecutor()
            .addService(new Stream())
            .addServices(List.copyOf(LargeSchema.services(Integer.parseInt(arguments[1]))))
            .addService(ProtoReflectionServiceV1.newInstance())
            .build()
            .start();
    System.out.println("ready");
    server.awaitTermination();
  }
}
