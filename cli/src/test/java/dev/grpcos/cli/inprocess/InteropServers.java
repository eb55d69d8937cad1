package dev.grpcos.cli.inprocess;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.grpcos.gateway.channel.EventLoops;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerTransportFilter;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.testing.integration.TestServiceImpl;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Servers of {@code grpc.testing.TestService} with both reflection services, on every kind of
 * target, and the files for TLS.
 */
public final class InteropServers implements AutoCloseable {
  /** The kinds of {@link #everyTarget}. */
  public static final List<String> KINDS = List.of("unix", "abstract", "tcp", "tls", "mtls");

  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  private final EventLoopGroup loops = new EventLoops(1, "test");
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final List<Server> servers = new ArrayList<>();
  private final Path folder;
  private final X509Bundle authority;

  /** The number of requests in all calls. */
  final AtomicInteger requests = new AtomicInteger();

  /** The number of calls that were cancelled. */
  final AtomicInteger cancelled = new AtomicInteger();

  /** The number of calls with compressed requests. */
  final AtomicInteger compressed = new AtomicInteger();

  /** The number of connections to the server with an interceptor. */
  final AtomicInteger connections = new AtomicInteger();

  public InteropServers(Path folder) throws Exception {
    this.folder = folder;
    authority =
        new CertificateBuilder()
            .subject("CN=Test authority")
            .algorithm(Algorithm.ecp256)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
    X509Bundle client = issue("client", Instant.now().plusSeconds(86_400));
    Files.writeString(folder.resolve("client.pem"), client.getCertificatePEM());
    Files.writeString(folder.resolve("client.key"), client.getPrivateKeyPEM());
  }

  private X509Bundle issue(String name, Instant until) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .algorithm(Algorithm.ecp256)
        .notBefore(Instant.now().minusSeconds(172_800))
        .notAfter(until)
        .addSanDnsName(name)
        .buildIssuedBy(authority);
  }

  /** Returns the content of a file for TLS. */
  public String file(String name) {
    return folder.resolve(name).toString();
  }

  /** Starts a server of every kind, and returns the options that name it to a command, by kind. */
  public Map<String, List<String>> everyTarget() throws Exception {
    String ca = file("ca.pem");
    String cert = file("client.pem");
    String key = file("client.key");
    return Map.of(
        "unix", List.of("-t", unix()),
        "abstract", List.of("-t", named()),
        "tcp", List.of("-t", tcp(), "--plaintext"),
        "tls", List.of("-t", tls(ClientAuth.NONE), "--cacert", ca),
        "mtls",
            List.of("-t", tls(ClientAuth.REQUIRE), "--cacert", ca, "--cert", cert, "--key", key));
  }

  /** Starts a server on a Unix socket and returns its target. */
  public String unix() throws Exception {
    Path socket = folder.resolve("interop.sock");
    serve(new DomainSocketAddress(socket.toString()), null);
    return "unix:" + socket;
  }

  /**
   * Starts a server on the Unix socket with this name, with an interceptor, and returns its target.
   */
  String unix(String name, ServerInterceptor interceptor) throws Exception {
    Path socket = folder.resolve(name);
    servers.add(
        builder(new DomainSocketAddress(socket.toString()))
            .addService(new TestServiceImpl(timer))
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(oldReflection())
            .addService(new HealthStatusManager().getHealthService())
            .intercept(interceptor)
            .addTransportFilter(
                new ServerTransportFilter() {
                  @Override
                  public Attributes transportReady(Attributes attributes) {
                    connections.incrementAndGet();
                    return attributes;
                  }
                })
            .build()
            .start());
    return "unix:" + socket;
  }

  /** Stops the server that was started last. */
  void endLast() throws InterruptedException {
    servers.remove(servers.size() - 1).shutdownNow().awaitTermination();
  }

  /** Starts a server on an abstract socket and returns its target. */
  public String named() throws Exception {
    String name = "grpcos-" + UUID.randomUUID();
    serve(new DomainSocketAddress("\0" + name), null);
    return "unix-abstract:" + name;
  }

  /** Starts a server on TCP without TLS and returns its target. */
  public String tcp() throws Exception {
    return "localhost:" + serve(loopback(), null).getPort();
  }

  /** Starts a server with TLS, whose certificate has this name and end, and returns its target. */
  String tls(String name, Instant until, ClientAuth clients) throws Exception {
    X509Bundle bundle = issue(name, until);
    SslContextBuilder tls =
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(
                    bundle.getKeyPair().getPrivate(), bundle.getCertificatePath()),
                SslProvider.JDK)
            .trustManager(authority.getCertificate())
            .clientAuth(clients);
    return "localhost:" + serve(loopback(), tls).getPort();
  }

  /** Starts a server with a valid certificate and returns its target. */
  public String tls(ClientAuth clients) throws Exception {
    return tls("localhost", Instant.now().plusSeconds(86_400), clients);
  }

  private static SocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private Server serve(SocketAddress address, @Nullable SslContextBuilder tls) throws Exception {
    List<ServerInterceptor> interceptors = new ArrayList<>(TestServiceImpl.interceptors());
    interceptors.add(new CountingInterceptor());
    interceptors.add(new Detailing());
    BindableService service = new TestServiceImpl(timer);
    NettyServerBuilder builder =
        builder(address)
            .addService(ServerInterceptors.intercept(service, interceptors))
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(oldReflection());
    if (tls != null) {
      builder.sslContext(tls.build());
    }
    Server server = builder.build().start();
    servers.add(server);
    return server;
  }

  private NettyServerBuilder builder(SocketAddress address) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .maxInboundMessageSize(64 << 20);
    if (address instanceof InetSocketAddress) {
      builder.channelType(EpollServerSocketChannel.class);
    } else {
      builder
          .channelType(EpollServerDomainSocketChannel.class)
          .withChildOption(ChannelOption.SO_KEEPALIVE, null);
    }
    return builder;
  }

  @SuppressWarnings("deprecation") // tests v1alpha
  private static BindableService oldReflection() {
    return ProtoReflectionService.newInstance();
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
    timer.shutdownNow();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** Fails calls with this header, with a status that has details. */
  private static final class Detailing implements ServerInterceptor {
    private static final Metadata.Key<String> WANTED =
        Metadata.Key.of("x-test-details", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      if (!headers.containsKey(WANTED)) {
        return next.startCall(call, headers);
      }
      StatusRuntimeException failure =
          StatusProto.toStatusRuntimeException(
              com.google.rpc.Status.newBuilder()
                  .setCode(Code.NOT_FOUND_VALUE)
                  .setMessage("no such thing")
                  .addDetails(
                      Any.pack(ErrorInfo.newBuilder().setReason("LOST").setDomain("test").build()))
                  .build());
      call.close(failure.getStatus(), Objects.requireNonNull(failure.getTrailers()));
      return new ServerCall.Listener<>() {};
    }
  }

  private final class CountingInterceptor implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      if ("gzip".equals(headers.get(ENCODING))) {
        compressed.incrementAndGet();
      }
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onMessage(Q request) {
          requests.incrementAndGet();
          super.onMessage(request);
        }

        @Override
        public void onCancel() {
          cancelled.incrementAndGet();
          super.onCancel();
        }
      };
    }
  }
}
