package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxiedChannelTest {
  private final EventLoopGroup loops = new EventLoops(1, "test");

  @SuppressWarnings("NullAway.Init") // each test begins with one
  private Server server;

  @SuppressWarnings("NullAway.Init")
  private ConnectProxy proxy;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                new GreeterGrpc.GreeterImplBase() {
                  @Override
                  public void sayHello(HelloRequest request, StreamObserver<HelloReply> replies) {
                    replies.onNext(HelloReply.newBuilder().setMessage("hello").build());
                    replies.onCompleted();
                  }
                })
            .build()
            .start();
    proxy = new ConnectProxy(server.getPort());
  }

  @AfterEach
  void end() throws Exception {
    proxy.close();
    server.shutdownNow();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private String call(
      String host, int port, boolean balanced, @Nullable String user, @Nullable String password)
      throws Exception {
    ChannelSettings settings =
        ChannelSettings.DEFAULT.withProxy(new HttpProxy("127.0.0.1", proxy.port(), user, password));
    ManagedChannel channel =
        Channels.builder(new ServerAddress.Tcp(host, port, balanced), settings, loops).build();
    try {
      return GreeterGrpc.newBlockingStub(channel)
          .withDeadlineAfter(60, TimeUnit.SECONDS)
          .sayHello(HelloRequest.getDefaultInstance())
          .getMessage();
    } finally {
      channel.shutdownNow();
    }
  }

  /** The names have no address, and the last one is not valid in a URI. */
  @ParameterizedTest
  @ValueSource(strings = {"server.invalid", "192.0.2.1", "my_server.invalid"})
  void proxyResolvesTheName(String host) throws Exception {
    assertThat(call(host, 50051, false, null, null)).isEqualTo("hello");
    assertThat(call(host, 50051, true, null, null)).isEqualTo("hello");
    assertThat(proxy.requests()).hasSize(2);
    assertThat(proxy.requests().get(0))
        .startsWith("CONNECT " + host + ":50051 HTTP/1.1\r\n")
        .doesNotContainIgnoringCase("authorization");
  }

  @Test
  void proxyGetsTheLogin() throws Exception {
    assertThat(call("server.invalid", 1, false, "me", "p@:s")).isEqualTo("hello");
    assertThat(proxy.requests().get(0))
        .containsIgnoringCase("proxy-authorization: Basic bWU6cEA6cw==\r\n");
  }

  @Test
  void directConnectionIgnoresTheProxyOfTheJvm() throws Exception {
    System.setProperty("https.proxyHost", "127.0.0.1");
    System.setProperty("https.proxyPort", Integer.toString(proxy.port()));
    try {
      ManagedChannel channel =
          Channels.builder(
                  new ServerAddress.Tcp("localhost", server.getPort(), false),
                  ChannelSettings.DEFAULT,
                  loops)
              .build();
      assertThat(
              GreeterGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(60, TimeUnit.SECONDS)
                  .sayHello(HelloRequest.getDefaultInstance())
                  .getMessage())
          .isEqualTo("hello");
      channel.shutdownNow();
    } finally {
      System.clearProperty("https.proxyHost");
      System.clearProperty("https.proxyPort");
    }
    assertThat(proxy.requests()).isEmpty();
  }
}
