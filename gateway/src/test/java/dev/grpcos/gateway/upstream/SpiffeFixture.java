package dev.grpcos.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.grpcos.gateway.Gateway;
import dev.grpcos.gateway.OpenResources;
import dev.grpcos.gateway.SocketClient;
import dev.grpcos.gateway.channel.SpiffeId;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.SpiffeConfig;
import dev.grpcos.gateway.config.TlsConfig;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloRequest;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server and a gateway that have their identities from a SPIFFE Workload API. */
@Timeout(180)
abstract class SpiffeFixture {
  static final HelloRequest YOU = HelloRequest.newBuilder().setName("you").build();

  @TempDir Path folder;
  final OpenResources open = new OpenResources();

  /** The serial numbers of the clients' certificates. */
  final Set<String> clients = ConcurrentHashMap.newKeySet();

  /** The serial numbers of the server's certificates on connections with calls. */
  final Set<String> presented = ConcurrentHashMap.newKeySet();

  private final AdvancedTlsX509KeyManager serverIdentity = new AdvancedTlsX509KeyManager();
  final AdvancedTlsX509TrustManager serverTrust;
  private int port;

  SpiffeFixture() throws Exception {
    serverTrust =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
            .build();
  }

  @AfterEach
  final void stop() throws Exception {
    open.close();
  }

  /** Starts a server that closes each connection after a short time, without ending its calls. */
  void server(TrustDomain domain) throws Exception {
    present(domain, domain);
    Server server =
        MutualTlsServer.builder(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                SslContextBuilder.forServer(serverIdentity)
                    .trustManager(serverTrust)
                    .sessionTimeout(1),
                (client, own) -> {
                  clients.add(serial(client));
                  presented.add(serial(own));
                })
            .maxConnectionAge(100, TimeUnit.MILLISECONDS)
            .build()
            .start();
    open.add(() -> server.shutdownNow().awaitTermination());
    port = server.getPort();
  }

  /** Changes the server's certificate, and returns its serial number. */
  String present(TrustDomain domain, TrustDomain... trusted) throws Exception {
    X509Bundle own = domain.issue("/server");
    serverIdentity.updateIdentityCredentials(
        own.getCertificatePath(), own.getKeyPair().getPrivate());
    serverTrust.updateTrustCredentials(
        List.of(trusted).stream()
            .map(each -> each.authority().getCertificate())
            .toArray(X509Certificate[]::new));
    return serial(own.getCertificate());
  }

  private static String serial(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  static String serial(X509SVIDResponse response) throws Exception {
    return serial(
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(response.getSvids(0).getX509Svid().newInput()));
  }

  /** Starts a server and an API of a domain, which gives the gateway an identity. */
  WorkloadApi serve(TrustDomain domain) throws Exception {
    server(domain);
    WorkloadApi api = api();
    api.set(domain.response("/client", domain));
    return api;
  }

  WorkloadApi api() throws Exception {
    return open.add(new WorkloadApi(folder.resolve("api.sock")));
  }

  Gateway gateway(String serverId) throws Exception {
    return gateway(serverId, null);
  }

  Gateway gateway(String serverId, @Nullable String id) throws Exception {
    TlsConfig tls =
        TlsConfig.of(
            new SpiffeConfig(
                folder.resolve("api.sock"),
                SpiffeId.parse(serverId),
                id == null ? null : SpiffeId.parse(id)),
            true);
    return open.gateway(
        GatewayConfig.defaults(folder.resolve("g.sock"))
            .withUpstreams(
                List.of(
                    TestServer.withTls(
                        TestServer.greeter("a", "127.0.0.1:" + port, folder), tls))));
  }

  SocketClient client(Gateway gateway) {
    return open.add(new SocketClient(gateway.socket()));
  }

  String failure(Gateway gateway) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                GreeterGrpc.newBlockingStub(client(gateway).channel())
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .sayHello(YOU));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    return String.valueOf(failure.getStatus().getDescription());
  }
}
