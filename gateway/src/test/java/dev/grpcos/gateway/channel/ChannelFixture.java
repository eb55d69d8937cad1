package dev.grpcos.gateway.channel;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Servers that a test starts, and calls to them over channels that {@link Channels} builds. */
abstract class ChannelFixture {
  final EventLoopGroup loops = new EventLoops(1, "test");
  private final List<Server> servers = new ArrayList<>();
  final List<ManagedChannel> channels = new ArrayList<>();
  final BlockingQueue<String> authorities = new LinkedBlockingQueue<>();

  @TempDir Path folder;

  @AfterEach
  final void end() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(Server::shutdownNow);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  int serveTcp(@Nullable SslContextBuilder tls) throws Exception {
    return serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls).getPort();
  }

  Server serve(SocketAddress address, @Nullable SslContextBuilder tls) throws Exception {
    return start(address, tls == null ? null : tls.build());
  }

  Server start(SocketAddress address, @Nullable SslContext tls) throws Exception {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .directExecutor()
            .addService(new TestGreeter())
            .intercept(new AuthorityRecorder());
    if (address instanceof InetSocketAddress) {
      builder.channelType(EpollServerSocketChannel.class);
    } else {
      builder
          .channelType(EpollServerDomainSocketChannel.class)
          .withChildOption(ChannelOption.SO_KEEPALIVE, null);
    }
    if (tls != null) {
      builder.sslContext(tls);
    }
    Server server = builder.build().start();
    servers.add(server);
    return server;
  }

  String call(ServerAddress address, ChannelSettings settings) throws Exception {
    ManagedChannel channel = Channels.builder(address, settings, loops).build();
    channels.add(channel);
    return call(channel);
  }

  static String call(ManagedChannel channel) {
    return GreeterGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .sayHello(HelloRequest.newBuilder().setName("world").build())
        .getMessage();
  }

  private static final class TestGreeter extends GreeterGrpc.GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
      responses.onNext(HelloReply.newBuilder().setMessage("Hello " + request.getName()).build());
      responses.onCompleted();
    }
  }

  private final class AuthorityRecorder implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      authorities.add(String.valueOf(call.getAuthority()));
      return next.startCall(call, headers);
    }
  }
}
