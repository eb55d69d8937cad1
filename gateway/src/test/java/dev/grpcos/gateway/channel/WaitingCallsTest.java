package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WaitingCallsTest {
  /** Answers all calls but that of "hang". */
  private static final class SelectiveGreeter extends GreeterGrpc.GreeterImplBase {
    private final CountDownLatch hangs = new CountDownLatch(1);

    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> reply) {
      if (request.getName().equals("hang")) {
        hangs.countDown();
      } else {
        reply.onNext(HelloReply.getDefaultInstance());
        reply.onCompleted();
      }
    }
  }

  @Test
  void callThatWaitsForAStreamBeginsWhenAnotherIsCancelled(@TempDir Path folder) throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve("s.sock"));
    EventLoops loops = new EventLoops(1, "test");
    SelectiveGreeter greeter = new SelectiveGreeter();
    Server server =
        NettyServerBuilder.forAddress(address.socketAddress())
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .maxConcurrentCallsPerConnection(1)
            .addService(greeter)
            .build()
            .start();
    ManagedChannel channel = Channels.builder(address, ChannelSettings.DEFAULT, loops).build();
    try {
      Future<HelloReply> hanging = call(channel, "hang");
      assertThat(greeter.hangs.await(60, TimeUnit.SECONDS)).isTrue();
      Future<HelloReply> waiting = call(channel, "wait");

      hanging.cancel(true);

      assertThat(waiting).succeedsWithin(Duration.ofSeconds(60));
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
      loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static Future<HelloReply> call(ManagedChannel channel, String name) {
    return GreeterGrpc.newFutureStub(channel)
        .sayHello(HelloRequest.newBuilder().setName(name).build());
  }
}
