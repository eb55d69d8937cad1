package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnsentRequestsTest {
  private static final int WINDOW = 64 << 10;

  /** The server knows no method, and never reads the requests. */
  @Test
  void refusedRequestLargerThanTheWindowFreesItsStream(@TempDir Path folder) throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve("s.sock"));
    EventLoops loops = new EventLoops(1, "test");
    Server server =
        NettyServerBuilder.forAddress(address.socketAddress())
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .flowControlWindow(WINDOW)
            .maxConcurrentCallsPerConnection(1)
            .build()
            .start();
    ManagedChannel channel = Channels.builder(address, ChannelSettings.DEFAULT, loops).build();
    HelloRequest large = HelloRequest.newBuilder().setName("x".repeat(4 * WINDOW)).build();
    try {
      for (int call = 0; call < 2; call++) {
        assertThatThrownBy(
                () ->
                    GreeterGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(60, TimeUnit.SECONDS)
                        .sayHello(large))
            .hasMessageContaining("UNIMPLEMENTED");
      }
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
      loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }
}
