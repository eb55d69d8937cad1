package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.Await;
import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.GatewayOptions;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.channel.SpiffeId;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.SpiffeConfig;
import dev.grpcos.gateway.config.TlsConfig;
import dev.grpcos.proto.admin.v1.AdminGrpc;
import dev.grpcos.proto.admin.v1.Credentials;
import dev.grpcos.proto.admin.v1.GetStatusRequest;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.StreamObserver;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests an upstream with an identity from a SPIFFE Workload API. */
@Timeout(60)
class SpiffeUpstreamTest {
  private static final HelloRequest YOU = HelloRequest.newBuilder().setName("you").build();
  private static final int CALLERS = 3;

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Set<String> clients = ConcurrentHashMap.newKeySet();
  private final AdvancedTlsX509KeyManager serverIdentity = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager serverTrust;
  private int port;

  SpiffeUpstreamTest() throws Exception {
    serverTrust =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  /** Starts a server that closes each connection after a short time, without ending its calls. */
  private void server(TrustDomain domain) throws Exception {
    present(domain, domain);
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sslContext(
                GrpcSslContexts.configure(
                        SslContextBuilder.forServer(serverIdentity), SslProvider.JDK)
                    .trustManager(serverTrust)
                    .clientAuth(ClientAuth.REQUIRE)
                    .sessionTimeout(1)
                    .build())
            .maxConnectionAge(100, TimeUnit.MILLISECONDS)
            .addService(ServerInterceptors.intercept(new SvidGreeter(), new SeenClients()))
            .addService(ProtoReflectionServiceV1.newInstance())
            .build()
            .start();
    open.add(() -> server.shutdownNow().awaitTermination());
    port = server.getPort();
  }

  private void present(TrustDomain domain, TrustDomain... trusted) throws Exception {
    X509Bundle own = domain.issue("/server");
    serverIdentity.updateIdentityCredentials(
        own.getCertificatePath(), own.getKeyPair().getPrivate());
    serverTrust.updateTrustCredentials(
        List.of(trusted).stream()
            .map(each -> each.authority().getCertificate())
            .toArray(X509Certificate[]::new));
  }

  private static final class SvidGreeter extends GreeterGrpc.GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
      responses.onNext(HelloReply.newBuilder().setMessage("svid: " + request.getName()).build());
      responses.onCompleted();
    }
  }

  /** Collects the serial numbers of the clients' certificates. */
  private final class SeenClients implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      try {
        clients.add(serial((X509Certificate) session.getPeerCertificates()[0]));
      } catch (SSLPeerUnverifiedException e) {
        clients.add("none");
      }
      return next.startCall(call, headers);
    }
  }

  private static String serial(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  private static String serial(X509SVIDResponse response) throws Exception {
    return serial(
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(response.getSvids(0).getX509Svid().newInput()));
  }

  private WorkloadApi api() throws Exception {
    WorkloadApi api = new WorkloadApi(folder.resolve("api.sock"));
    open.add(api);
    return api;
  }

  private Gateway gateway(String serverId) throws Exception {
    return gateway(serverId, null);
  }

  private Gateway gateway(String serverId, @Nullable String id) throws Exception {
    TlsConfig tls =
        new TlsConfig(
            null,
            null,
            null,
            null,
            false,
            true,
            null,
            new SpiffeConfig(
                folder.resolve("api.sock"),
                SpiffeId.parse(serverId),
                id == null ? null : SpiffeId.parse(id)));
    Gateway gateway =
        Gateway.start(
            ConfigSource.fixed(
                GatewayConfig.defaults(folder.resolve("g.sock"))
                    .withUpstreams(
                        List.of(
                            TestServer.withProtoset(
                                TestServer.withTls(
                                    TestServer.config("a", "127.0.0.1:" + port), tls),
                                TestServer.greeterProtoset(folder))))),
            GatewayOptions.DEFAULT);
    open.add(gateway);
    return gateway;
  }

  private SocketClient client(Gateway gateway) {
    SocketClient client = new SocketClient(gateway.socket());
    open.add(client);
    return client;
  }

  private String failure(Gateway gateway) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                GreeterGrpc.newBlockingStub(client(gateway).channel())
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .sayHello(YOU));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    return String.valueOf(failure.getStatus().getDescription());
  }

  /** Starts an API that gives the identities of {@code /first} and {@code /second}. */
  private X509SVIDResponse twoIdentities() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(domain);
    X509SVIDResponse second = domain.response("/second", domain);
    X509SVIDResponse both =
        domain.response("/first", domain).toBuilder().addAllSvids(second.getSvidsList()).build();
    api().set(both);
    return second;
  }

  @Test
  void identityIsChosenAmongSeveral() throws Exception {
    X509SVIDResponse second = twoIdentities();
    Gateway gateway = gateway("spiffe://example.org/server", "spiffe://example.org/second");
    assertThat(GreeterGrpc.newBlockingStub(client(gateway).channel()).sayHello(YOU).getMessage())
        .isEqualTo("svid: you");
    assertThat(clients).containsExactly(serial(second));
  }

  @Test
  void absentIdentityIsReportedWithThoseOfTheApi() throws Exception {
    X509SVIDResponse unused = twoIdentities();
    assertThat(failure(gateway("spiffe://example.org/server", "spiffe://example.org/third")))
        .contains(
            "it has no identity spiffe://example.org/third, only spiffe://example.org/first,"
                + " spiffe://example.org/second");
    assertThat(clients).isEmpty();
  }

  @Test
  void rotationUnderLoadFailsNoCall() throws Exception {
    TrustDomain old = TrustDomain.create("example.org");
    server(old);
    WorkloadApi api = api();
    X509SVIDResponse last = old.response("/client", old);
    api.set(last);
    Gateway gateway = gateway("spiffe://example.org/server");
    AtomicBoolean end = new AtomicBoolean();
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    open.add(callers::shutdownNow);
    List<Future<Integer>> results = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      GreeterGrpc.GreeterBlockingStub stub = GreeterGrpc.newBlockingStub(client(gateway).channel());
      results.add(
          callers.submit(
              () -> {
                int calls = 0;
                for (; !end.get(); calls++) {
                  assertThat(stub.sayHello(YOU).getMessage()).isEqualTo("svid: you");
                }
                return calls;
              }));
    }
    String first = serial(last);
    Await.until("the first identity is used", () -> clients.contains(first));

    // New identities of the same authority, over a new stream too.
    for (boolean newStream : new boolean[] {false, true}) {
      last = old.response("/client", old);
      api.set(last);
      if (newStream) {
        api.end(Status.UNAVAILABLE);
      }
      String serial = serial(last);
      Await.until("a new identity is used", () -> clients.contains(serial));
    }

    // A new authority: trusted first, then used by both sides, then alone.
    TrustDomain next = TrustDomain.create("example.org");
    api.set(old.response("/client", old, next));
    serverTrust.updateTrustCredentials(
        new X509Certificate[] {
          old.authority().getCertificate(), next.authority().getCertificate()
        });
    last = next.response("/client", old, next);
    api.set(last);
    String ofBoth = serial(last);
    Await.until("an identity of the new authority is used", () -> clients.contains(ofBoth));
    present(next, old, next);
    last = next.response("/client", next);
    api.set(last);
    String alone = serial(last);
    Await.until("the last identity is used", () -> clients.contains(alone));

    end.set(true);
    for (Future<Integer> result : results) {
      assertThat(result.get(20, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void statusHasTheExpiryOfTheIdentity() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(domain);
    WorkloadApi api = api();
    api.set(domain.response("/client", domain));
    Gateway gateway = gateway("spiffe://example.org");
    AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(client(gateway).channel());
    Credentials[] certificate = {Credentials.getDefaultInstance()};
    Await.until(
        "there is an identity",
        () -> {
          certificate[0] =
              admin
                  .getStatus(GetStatusRequest.getDefaultInstance())
                  .getUpstreams(0)
                  .getCertificate();
          return certificate[0].getValid();
        });
    assertThat(certificate[0].getExpires().getSeconds())
        .isGreaterThan(Instant.now().getEpochSecond());
  }

  @Test
  void callsWaitForTheFirstIdentity() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(domain);
    WorkloadApi api = api();
    Gateway gateway = gateway("spiffe://example.org/server");
    assertThat(failure(gateway))
        .contains("the Workload API gave no identity: no identity", "check `tls.spiffe`");
    api.set(domain.response("/client", domain));
    GreeterGrpc.GreeterBlockingStub stub = GreeterGrpc.newBlockingStub(client(gateway).channel());
    Await.until("calls succeed", () -> succeeds(stub));
  }

  private static boolean succeeds(GreeterGrpc.GreeterBlockingStub stub) {
    try {
      return stub.sayHello(YOU).getMessage().equals("svid: you");
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return false;
    }
  }

  @Test
  void serverWithAnotherIdentityIsRefused() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(domain);
    WorkloadApi api = api();
    api.set(domain.response("/client", domain));
    assertThat(failure(gateway("spiffe://example.org/other")))
        .contains("its SPIFFE ID is spiffe://example.org/server, not spiffe://example.org/other");
  }

  @Test
  void authorityCountsOnlyForItsOwnDomain() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(domain);
    WorkloadApi api = api();
    TrustDomain own = TrustDomain.create("own.org");
    // The server's authority is trusted, but as that of another domain.
    api.set(own.response("/client", own, domain));
    assertThat(failure(gateway("spiffe://example.org/server")))
        .contains("there is no authority of the trust domain example.org");
  }

  @Test
  void serverOfAnotherAuthorityIsRefused() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(TrustDomain.create("example.org"));
    WorkloadApi api = api();
    api.set(domain.response("/client", domain));
    assertThat(failure(gateway("spiffe://example.org/server")))
        .contains("no authority of the trust domain example.org has signed it");
  }

  @Test
  void invalidResponseKeepsThePreviousIdentity() throws Exception {
    TrustDomain domain = TrustDomain.create("example.org");
    server(domain);
    WorkloadApi api = api();
    api.set(domain.response("/client", domain));
    Gateway gateway = gateway("spiffe://example.org/server");
    GreeterGrpc.GreeterBlockingStub stub = GreeterGrpc.newBlockingStub(client(gateway).channel());
    Await.until("calls succeed", () -> succeeds(stub));
    X509SVIDResponse other = domain.response("/client", domain);
    // The key of another certificate.
    api.set(
        other.toBuilder()
            .setSvids(
                0,
                other.getSvids(0).toBuilder()
                    .setX509SvidKey(
                        domain.response("/client", domain).getSvids(0).getX509SvidKey()))
            .build());
    api.set(X509SVIDResponse.getDefaultInstance());
    X509SVIDResponse valid = domain.response("/client", domain);
    api.set(valid);
    String serial = serial(valid);
    Await.until(
        "the next valid identity is used",
        () -> {
          assertThat(stub.sayHello(YOU).getMessage()).isEqualTo("svid: you");
          return clients.contains(serial);
        });
    assertThat(clients).doesNotContain(serial(other));
  }
}
