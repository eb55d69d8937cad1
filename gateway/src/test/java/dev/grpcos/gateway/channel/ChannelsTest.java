package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChannelsTest {
  private static final String OWN_UID = uid();

  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final List<Server> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final BlockingQueue<String> authorities = new LinkedBlockingQueue<>();

  @TempDir Path folder;

  private static String uid() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void end() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(Server::shutdownNow);
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void unixSocketsHaveTheAuthorityLocalhost() throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve("a.sock"));
    serve(address.socketAddress(), null);

    assertThat(call(address, ChannelSettings.DEFAULT)).isEqualTo("Hello world");
    assertThat(authorities).containsExactly("localhost");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b%c?d#e", "\u00fc\u65e5\ud83d\ude00"})
  void namesOfUnixSocketsMayHaveAnyCharacter(String name) throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve(name));
    serve(address.socketAddress(), null);
    ServerAddress.Abstract named = new ServerAddress.Abstract(name + UUID.randomUUID());
    serve(named.socketAddress(), null);

    assertThat(call(address, ChannelSettings.DEFAULT)).isEqualTo("Hello world");
    assertThat(call(named, ChannelSettings.DEFAULT)).isEqualTo("Hello world");
  }

  @Test
  void nothingIsSentToARefusedServer() throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve("refused.sock"));
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(address.path()));
      ChannelSettings settings =
          ChannelSettings.DEFAULT.withPeerCheck(uid -> Optional.of("uid " + uid + "; go away"));

      assertThatThrownBy(() -> call(address, settings))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e ->
                  assertThat(FailureDiagnosis.of(e.getStatus()))
                      .isEqualTo(
                          new FailureDiagnosis(
                              FailureCause.PEER_REFUSED,
                              "refused, because uid " + OWN_UID + "; go away")));
      try (SocketChannel accepted = listener.accept()) {
        assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
    }
  }

  @Test
  void serverIsCheckedAtEachConnection() throws Exception {
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve("again.sock"));
    AtomicBoolean refuses = new AtomicBoolean();
    AtomicInteger checks = new AtomicInteger();
    PeerCheck check =
        uid -> {
          checks.incrementAndGet();
          return refuses.get() ? Optional.of("it changed") : Optional.empty();
        };
    Server first = serve(address.socketAddress(), null);
    ManagedChannel channel =
        Channels.builder(address, ChannelSettings.DEFAULT.withPeerCheck(check), loops)
            .enableRetry()
            .build();
    channels.add(channel);
    assertThat(call(channel)).isEqualTo("Hello world");
    assertThat(call(channel)).isEqualTo("Hello world");
    assertThat(checks).hasValue(1);

    CompletableFuture<Void> disconnected = new CompletableFuture<>();
    channel.notifyWhenStateChanged(ConnectivityState.READY, () -> disconnected.complete(null));
    assertThat(first.shutdownNow().awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertThat(disconnected).succeedsWithin(60, TimeUnit.SECONDS);
    refuses.set(true);
    serve(address.socketAddress(), null);
    assertThatThrownBy(() -> call(channel))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(FailureCause.PEER_REFUSED.matches(e.getStatus())).isTrue());
    assertThat(checks).hasValueGreaterThan(1);
    assertThat(authorities).hasSize(2);
  }

  @Test
  void abstractSocketsAreReached() throws Exception {
    ServerAddress.Abstract address = new ServerAddress.Abstract("grpcos-test-" + UUID.randomUUID());
    serve(address.socketAddress(), null);

    assertThat(call(address, ChannelSettings.DEFAULT.withAuthority("books.example")))
        .isEqualTo("Hello world");
    assertThat(authorities).containsExactly("books.example");
  }

  @Test
  void namesAndLiteralAddressesAreReachedOverTcp() throws Exception {
    int port = serveTcp(null);

    for (String text : List.of("127.0.0.1:", "localhost:", "dns:///localhost:")) {
      assertThat(call(ServerAddress.parse(text + port, folder), ChannelSettings.DEFAULT))
          .isEqualTo("Hello world");
    }
    assertThat(authorities)
        .containsExactly("127.0.0.1:" + port, "localhost:" + port, "localhost:" + port);
  }

  @Test
  void namesThatAreInvalidInUrisAreResolved() throws Exception {
    int port = serveTcp(null);

    for (String text : List.of("127.1:", "dns:///127.1:")) {
      assertThat(call(ServerAddress.parse(text + port, folder), ChannelSettings.DEFAULT))
          .isEqualTo("Hello world");
    }
    assertThat(authorities).containsExactly("127.1:" + port, "127.1:" + port);
    for (String host : List.of("my_service.invalid:", "a..b:", "a{b.invalid:", "é.invalid:")) {
      ServerAddress address = ServerAddress.parse(host + port, folder);
      assertThatThrownBy(() -> call(address, ChannelSettings.DEFAULT))
          .as(host)
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
          .hasRootCauseInstanceOf(UnknownHostException.class);
    }
  }

  @Test
  void tlsTrustsOnlyTheGivenAuthority() throws Exception {
    X509Bundle root = root();
    ServerAddress address = tls(root, ClientAuth.NONE);

    ClientTls tls = new ClientTls(ClientTls.trusting(certificates(root)), null, null);
    assertThat(call(address, ChannelSettings.DEFAULT.withTls(tls))).isEqualTo("Hello world");

    ClientTls system = new ClientTls(ClientTls.trustingSystem(), null, null);
    assertThatThrownBy(() -> call(address, ChannelSettings.DEFAULT.withTls(system)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
        .hasRootCauseMessage("unable to find valid certification path to requested target");

    ClientTls anyone = new ClientTls(ClientTls.trustingAnyone(), null, "other.example");
    assertThat(call(address, ChannelSettings.DEFAULT.withTls(anyone))).isEqualTo("Hello world");
  }

  @Test
  void serverNameMayDifferFromTheAuthority() throws Exception {
    X509Bundle root = root();
    int port = serveTcp(server(root, ClientAuth.NONE));
    ServerAddress address = new ServerAddress.Tcp("127.0.0.1", port, false);

    ClientTls named = new ClientTls(ClientTls.trusting(certificates(root)), null, "localhost");
    assertThat(
            call(
                address,
                ChannelSettings.DEFAULT.withTls(named).withAuthority("books.example:8443")))
        .isEqualTo("Hello world");
    assertThat(authorities).containsExactly("books.example:8443");

    ClientTls unnamed = new ClientTls(ClientTls.trusting(certificates(root)), null, null);
    assertThatThrownBy(() -> call(address, ChannelSettings.DEFAULT.withTls(unnamed)))
        .hasRootCauseMessage("No subject alternative names matching IP address 127.0.0.1 found");
  }

  @Test
  void clientPresentsItsCertificate() throws Exception {
    X509Bundle root = root();
    ServerAddress address = tls(root, ClientAuth.REQUIRE);
    X509Bundle client = leaf(root, "client");

    ClientTls with =
        new ClientTls(
            ClientTls.trusting(certificates(root)),
            ClientTls.presenting(
                List.of(client.getCertificatePath()), client.getKeyPair().getPrivate()),
            null);
    assertThat(call(address, ChannelSettings.DEFAULT.withTls(with))).isEqualTo("Hello world");

    ClientTls without = new ClientTls(ClientTls.trusting(certificates(root)), null, null);
    assertThatThrownBy(() -> call(address, ChannelSettings.DEFAULT.withTls(without)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  @Test
  void tlsWorksOverUnixSockets() throws Exception {
    X509Bundle root = root();
    ServerAddress.Unix address = new ServerAddress.Unix(folder.resolve("tls.sock"));
    serve(address.socketAddress(), server(root, ClientAuth.NONE));

    ClientTls tls = new ClientTls(ClientTls.trusting(certificates(root)), null, null);
    assertThat(call(address, ChannelSettings.DEFAULT.withTls(tls))).isEqualTo("Hello world");
  }

  @Test
  void serverWithoutAlpnIsReachedWithoutAlpn() throws Exception {
    X509Bundle root = root();
    X509Bundle leaf = leaf(root, "localhost");
    SslContext plain =
        SslContextBuilder.forServer(leaf.getKeyPair().getPrivate(), leaf.getCertificatePath())
            .sslProvider(SslProvider.JDK)
            .build();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    int without = start(any, new ClientSslContext(plain, false, null)).getPort();
    int with = serveTcp(server(root, ClientAuth.NONE));
    AdvancedTlsX509TrustManager trust = ClientTls.trusting(certificates(root));

    ClientTls alpn = new ClientTls(trust, null, null);
    assertThatThrownBy(() -> call(without, alpn))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(FailureCause.NO_ALPN.matches(e.getStatus())).isTrue());
    ClientTls noAlpn = new ClientTls(trust, null, null, false);
    assertThat(call(without, noAlpn)).isEqualTo("Hello world");
    ClientTls otherName = new ClientTls(trust, null, "other.example", false);
    assertThatThrownBy(() -> call(without, otherName))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e ->
                assertThat(FailureDiagnosis.of(e.getStatus()).cause())
                    .isEqualTo(FailureCause.CERTIFICATE_NOT_FITTING));
    ClientTls untrusting = new ClientTls(ClientTls.trustingSystem(), null, null, false);
    assertThatThrownBy(() -> call(without, untrusting))
        .hasRootCauseMessage("unable to find valid certification path to requested target");
    // grpc-java's servers require ALPN of their clients.
    assertThatThrownBy(() -> call(with, noAlpn)).isInstanceOf(StatusRuntimeException.class);
  }

  private String call(int port, ClientTls tls) throws Exception {
    return call(
        new ServerAddress.Tcp("localhost", port, false), ChannelSettings.DEFAULT.withTls(tls));
  }

  private static X509Bundle root() throws Exception {
    return new CertificateBuilder()
        .subject("CN=Test authority")
        .algorithm(Algorithm.ecp256)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private static X509Bundle leaf(X509Bundle root, String name) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .algorithm(Algorithm.ecp256)
        .addSanDnsName(name)
        .buildIssuedBy(root);
  }

  private static List<java.security.cert.X509Certificate> certificates(X509Bundle bundle) {
    return List.of(bundle.getCertificate());
  }

  private static SslContextBuilder server(X509Bundle root, ClientAuth client) throws Exception {
    X509Bundle leaf = leaf(root, "localhost");
    return GrpcSslContexts.configure(
            SslContextBuilder.forServer(leaf.getKeyPair().getPrivate(), leaf.getCertificatePath()),
            SslProvider.JDK)
        .trustManager(root.getCertificate())
        .clientAuth(client);
  }

  private ServerAddress tls(X509Bundle root, ClientAuth client) throws Exception {
    return new ServerAddress.Tcp("localhost", serveTcp(server(root, client)), false);
  }

  private int serveTcp(@Nullable SslContextBuilder tls) throws Exception {
    return serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls).getPort();
  }

  private Server serve(SocketAddress address, @Nullable SslContextBuilder tls) throws Exception {
    return start(address, tls == null ? null : tls.build());
  }

  private Server start(SocketAddress address, @Nullable SslContext tls) throws Exception {
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

  private String call(ServerAddress address, ChannelSettings settings) throws Exception {
    ManagedChannel channel = Channels.builder(address, settings, loops).build();
    channels.add(channel);
    return call(channel);
  }

  private static String call(ManagedChannel channel) {
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
