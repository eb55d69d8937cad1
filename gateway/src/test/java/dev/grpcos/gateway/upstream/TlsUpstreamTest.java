package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.TlsConfig;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a gateway with a client certificate that changes. */
@Timeout(180)
class TlsUpstreamTest {
  private static final HelloRequest YOU = HelloRequest.newBuilder().setName("you").build();

  @TempDir private Path folder;
  @AutoClose private final OpenResources open = new OpenResources();
  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final AtomicReference<String> client = new AtomicReference<>("");

  TlsUpstreamTest() {
    open.add( // closed after the servers
        () -> loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly());
  }

  private static X509Bundle signed(X509Bundle authority, String name) throws Exception {
    return new CertificateBuilder()
        .algorithm(Algorithm.ecp256)
        .subject("CN=" + name)
        .addSanDnsName("localhost")
        .buildIssuedBy(authority);
  }

  private Path socket() {
    return folder.resolve("u.sock");
  }

  private Server server(X509Bundle authority) throws Exception {
    X509Bundle own = signed(authority, "server");
    Files.deleteIfExists(socket());
    Server server =
        MutualTlsServer.builder(
                new DomainSocketAddress(socket().toString()),
                SslContextBuilder.forServer(own.toKeyManagerFactory())
                    .trustManager(authority.getCertificate()),
                (certificate, unused) ->
                    client.set(certificate.getSubjectX500Principal().getName()))
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .build()
            .start();
    open.add(() -> server.shutdownNow().awaitTermination());
    return server;
  }

  private void write(Path file, String content) throws Exception {
    Path next = Files.writeString(folder.resolve("next"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void certificateIsReadAgainWhenItChanges() throws Exception {
    X509Bundle authority =
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Path ca = folder.resolve("ca.pem");
    Path cert = folder.resolve("client.pem");
    Path key = folder.resolve("client.key");
    X509Bundle first = signed(authority, "first");
    write(ca, authority.getCertificatePEM());
    write(cert, first.getCertificatePathPEM());
    write(key, first.getPrivateKeyPEM());
    Server server = server(authority);
    Channel channel =
        open.connect(
            GatewayConfig.defaults(folder.resolve("g.sock"))
                .withUpstreams(
                    List.of(
                        TestServer.withTls(
                            TestServer.config("tls", "unix:" + socket()),
                            new TlsConfig(ca, cert, key, null, false, true, null)))));
    GreeterGrpc.GreeterBlockingStub stub = GreeterGrpc.newBlockingStub(channel);
    Await.until("it is offered", () -> stub.sayHello(YOU).getMessage().equals("tls: you"));
    assertThat(client.get()).isEqualTo("CN=first");

    X509Bundle second = signed(authority, "second");
    write(cert, second.getCertificatePathPEM());
    // Now the key does not match the certificate, so the previous pair stays in use.
    write(key, second.getPrivateKeyPEM());
    Server[] current = {server};
    Await.until(
        "the new certificate is presented",
        () -> {
          // A new connection uses the current pair.
          current[0].shutdownNow().awaitTermination();
          current[0] = server(authority);
          Await.until("the gateway connects again", () -> succeeds(stub));
          return "CN=second".equals(client.get());
        });
  }

  /** Returns whether a call succeeds. A call may still meet the server that has just ended. */
  private static boolean succeeds(GreeterGrpc.GreeterBlockingStub stub) {
    try {
      return stub.sayHello(YOU).getMessage().equals("tls: you");
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return false;
    }
  }
}
