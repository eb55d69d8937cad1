package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnsentRequestsTest {
  private static final int WINDOW = 64 << 10;

  /** A server of grpc-java ends when its connections have no streams. This one reads no request. */
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
            .build()
            .start();
    ManagedChannel channel = Channels.builder(address, ChannelSettings.DEFAULT, loops).build();
    HelloRequest large = HelloRequest.newBuilder().setName("x".repeat(4 * WINDOW)).build();
    try {
      // Unlike a blocking stub, this one does not reset the stream of a failed call.
      assertThat(GreeterGrpc.newFutureStub(channel).sayHello(large))
          .failsWithin(Duration.ofSeconds(60))
          .withThrowableThat()
          .withMessageContaining("UNIMPLEMENTED");

      server.shutdown();

      assertThat(server.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
      loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }
}
