package dev.grpcos.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Distribution;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.distribution.Running;
import dev.grpcos.cli.resident.Eventually;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A SPIFFE Workload API that is a script of {@code grpcos serve}, and its clients: a gateway, and
 * the PyPI package {@code spiffe}, for which {@code GRPCOS_TEST_PYTHON_PATH} names the folder.
 */
final class SpiffeIT {
  private static final String DOMAIN = "spiffe://example.org";
  private static final Path PROTO = Path.of("../proto/src/main/protobuf/spiffe/workload.proto");
  private static final int PER_SECOND = 100;

  @TempDir Path folder;
  private final Set<String> clients = ConcurrentHashMap.newKeySet();
  private Running api;
  private Server server;
  private X509Bundle authority;

  @BeforeEach
  void start() throws Exception {
    authority =
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("O=example.org")
            .addSanUriName(URI.create(DOMAIN))
            .setIsCertificateAuthority(true)
            .setKeyUsage(true, KeyUsage.keyCertSign)
            .buildSelfSigned();
    server = server(issue("/server"));
    Path script =
        Files.copy(ForeignTools.script("workload-api.sh"), folder.resolve("workload-api.sh"));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Files.copy(PROTO, folder.resolve("workload.proto"));
    api =
        new Command(
                Distribution.built().grpcos(),
                "serve",
                "--socket=api.sock",
                "--proto=workload.proto",
                "SpiffeWorkloadAPI",
                "FetchX509SVID=./workload-api.sh")
            .withoutWarmup()
            .in(folder)
            .start();
    Eventually.until(
        "the script is served",
        TestGateway.SOON,
        () -> {
          assertThat(api.isAlive()).as("%s", api.stderr()).isTrue();
          return Files.exists(folder.resolve("api.sock"));
        });
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
    server.shutdownNow().awaitTermination();
  }

  private X509Bundle issue(String path) throws Exception {
    return new CertificateBuilder()
        .algorithm(Algorithm.ecp256)
        .subject("O=workload")
        .addSanUriName(URI.create(DOMAIN + path))
        .setKeyUsage(true, KeyUsage.digitalSignature)
        // BasicConstraints that are empty: not an authority.
        .addExtensionOctetString("2.5.29.19", true, new byte[] {0x30, 0})
        .addExtendedKeyUsageServerAuth()
        .addExtendedKeyUsageClientAuth()
        .buildIssuedBy(authority);
  }

  /** Gives a new identity to the clients of the Workload API, and returns its serial number. */
  private String rotate() throws Exception {
    X509Bundle svid = issue("/client");
    Path next =
        Files.writeString(
            folder.resolve("next"),
            """
            {"svids":[{"spiffe_id":"%s/client","x509_svid":"%s","x509_svid_key":"%s","bundle":"%s"}]}
            """
                .formatted(
                    DOMAIN,
                    base64(svid.getCertificate().getEncoded()),
                    base64(svid.getKeyPair().getPrivate().getEncoded()),
                    base64(authority.getCertificate().getEncoded())));
    Files.move(next, folder.resolve("svid.json"), StandardCopyOption.ATOMIC_MOVE);
    return svid.getCertificate().getSerialNumber().toString(16);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Starts a server that requires an identity, and often needs new connections. */
  private Server server(X509Bundle own) throws Exception {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sslContext(
            GrpcSslContexts.configure(
                    SslContextBuilder.forServer(own.toKeyManagerFactory()), SslProvider.JDK)
                .trustManager(authority.getCertificate())
                .clientAuth(ClientAuth.REQUIRE)
                .build())
        .maxConnectionAge(200, TimeUnit.MILLISECONDS)
        .addService(
            ServerInterceptors.intercept(new RotatingServer.EchoGreeter(), new SeenSerials()))
        .addService(ProtoReflectionServiceV1.newInstance())
        .build()
        .start();
  }

  private final class SeenSerials implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      try {
        X509Certificate client =
            (X509Certificate)
                call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION).getPeerCertificates()[0];
        clients.add(client.getSerialNumber().toString(16));
      } catch (SSLPeerUnverifiedException e) {
        throw new IllegalStateException("the server requires a certificate", e);
      }
      return next.startCall(call, headers);
    }
  }

  @Test
  void foreignClientGetsTheIdentityThatTheScriptGives() throws Exception {
    Command client =
        new Command(
            ForeignTools.program("python3"),
            ForeignTools.script("workload-client.py").toString(),
            folder.resolve("api.sock").toString(),
            ForeignTools.folder("GRPCOS_TEST_PYTHON_PATH", "Python packages").toString());
    String serial = rotate();
    assertThat(client.run()).isEqualTo(new Outcome(0, DOMAIN + "/client 1 " + serial + "\n", ""));
  }

  @Test
  void contextUsesTheIdentityThatTheScriptGives() throws Exception {
    String serial = rotate();
    Path contexts = Files.createDirectories(folder.resolve("config/grpcos"));
    Files.writeString(
        contexts.resolve("contexts.yaml"),
        """
        hello:
          target: 127.0.0.1:%d
          spiffe: {socket: %s, server_id: "spiffe://example.org/server", id: "spiffe://example.org/client"}
        other:
          target: 127.0.0.1:%d
          spiffe: {socket: %s, server_id: "spiffe://example.org/server", id: "spiffe://example.org/other"}
        """
            .formatted(
                server.getPort(),
                folder.resolve("api.sock"),
                server.getPort(),
                folder.resolve("api.sock")));
    try (TestGateway gateway = TestGateway.run(folder.resolve("gateway.sock"))) {
      for (RunMode mode : RunMode.values()) {
        clients.clear();
        assertThat(
                mode.on(gateway.grpcos("call", "-t@hello", "Greeter/SayHello", "name=you"))
                    .with("XDG_CONFIG_HOME", folder.resolve("config").toString())
                    .run())
            .isEqualTo(new Outcome(0, "{\"message\":\"you\"}\n", ""));
        assertThat(clients).containsExactly(serial);
        Outcome refused =
            mode.on(gateway.grpcos("health", "-t@other"))
                .with("XDG_CONFIG_HOME", folder.resolve("config").toString())
                .run();
        assertThat(refused.exit()).isEqualTo(78);
        assertThat(refused.stderr())
            .contains(
                "has no identity spiffe://example.org/other, only spiffe://example.org/client")
            .hasLineCount(1);
      }
    }
  }

  @Test
  void identityRotatesUnderLoadWithoutAFailedCall() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            warmup: false
            upstreams:
              - name: hello
                target: 127.0.0.1:%d
                tls: {spiffe: {socket: api.sock, server_id: "spiffe://example.org/server"}}
            """
                .formatted(server.getPort()));
    String first = rotate();
    try (TestGateway gateway =
            TestGateway.run(folder.resolve("gateway.sock"), "--config", config.toString());
        SocketChannels channels = new SocketChannels()) {
      Eventually.until(
          "the upstream is used",
          TestGateway.SOON,
          () ->
              gateway
                  .grpcos("call", "Greeter/SayHello", "name=you")
                  .run()
                  .stdout()
                  .equals("{\"message\":\"you\"}\n"));
      assertThat(clients).containsExactly(first);
      try (SteadyLoad load = new SteadyLoad(channels.open(gateway.socket(), 2), PER_SECOND)) {
        for (int i = 0; i < 2; i++) {
          String serial = rotate();
          Eventually.until(
              "the new identity is used", TestGateway.SOON, () -> clients.contains(serial));
        }
        assertThat(load.end()).isEmpty();
        assertThat(load.begun()).isPositive();
      }
      assertThat(gateway.grpcos("gateway", "status").run().stdout())
          .containsPattern("certificate valid until \\d{4}-")
          .doesNotContain(first);
    }
  }
}
