package dev.grpcos.cli.process;

import dev.grpcos.cli.resident.Eventually;
import dev.grpcos.proto.helloworld.GreeterGrpc;
import dev.grpcos.proto.helloworld.HelloReply;
import dev.grpcos.proto.helloworld.HelloRequest;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
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
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * A Greeter over TLS that requires client certificates and tokens, and rotates them. It limits the
 * age of connections, so that clients need the new ones.
 */
final class RotatingServer implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Replaces the content of the file with this name. */
  interface FileReplacer {
    void write(String name, String content) throws Exception;
  }

  private final FileReplacer files;
  private final AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final Server server;
  private X509Bundle authority;
  private int generation = 1;
  private volatile String client = "";
  private volatile String token = "";

  /** Creates a server of the first generation, and writes the files of its clients. */
  RotatingServer(FileReplacer files) throws Exception {
    this.files = files;
    trust =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
            .build();
    authority = authority();
    trust(authority);
    present();
    tokens.add("Bearer token-1");
    files.write("token", "token-1\n");
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getByName("localhost"), 0))
            .maxConnectionAge(700, TimeUnit.MILLISECONDS)
            .sslContext(
                GrpcSslContexts.configure(SslContextBuilder.forServer(identity), SslProvider.JDK)
                    .trustManager(trust)
                    .clientAuth(ClientAuth.REQUIRE)
                    .build())
            .addService(new EchoGreeter())
            .addService(ProtoReflectionServiceV1.newInstance())
            .intercept(new Guard())
            .addTransportFilter(
                new ServerTransportFilter() {
                  @Override
                  public Attributes transportReady(Attributes attributes) {
                    connections.incrementAndGet();
                    return attributes;
                  }
                })
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  /** The number of generations so far. */
  int connections() {
    return connections.get();
  }

  /**
   * Rotates without a failed call. Both sides trust the new authority before either has a
   * certificate from it, and trust the old one until neither has. The server accepts both tokens
   * during the rotation.
   */
  void rotate() throws Exception {
    generation++;
    X509Bundle next = authority();
    trust(authority, next);
    tokens.add("Bearer token-" + generation);
    files.write("token", "token-" + generation + "\n");
    Eventually.until(
        "the new token", TestGateway.SOON, () -> token.equals("Bearer token-" + generation));
    authority = next;
    presentToServer();
    Eventually.until(
        "the new certificate", TestGateway.SOON, () -> client.equals("CN=client-" + generation));
    present();
    int earlier = connections.get();
    // A connection that began with the old certificates has ended its handshake.
    Eventually.until(
        "the next connections", TestGateway.SOON, () -> connections.get() > earlier + 1);
    trust(authority);
    tokens.remove("Bearer token-" + (generation - 1));
  }

  private static X509Bundle authority() throws Exception {
    return new CertificateBuilder()
        .algorithm(Algorithm.ecp256)
        .subject("CN=authority")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private X509Bundle issue(String name) throws Exception {
    return new CertificateBuilder()
        .algorithm(Algorithm.ecp256)
        .subject("CN=" + name + "-" + generation)
        .addSanDnsName("localhost")
        .buildIssuedBy(authority);
  }

  /** Makes both sides trust these authorities, the gateway once it reads its file again. */
  private void trust(X509Bundle... authorities) throws Exception {
    StringBuilder pem = new StringBuilder();
    for (X509Bundle each : authorities) {
      pem.append(each.getCertificatePEM());
    }
    files.write("ca.pem", pem.toString());
    trust.updateTrustCredentials(
        List.of(authorities).stream()
            .map(X509Bundle::getCertificate)
            .toArray(X509Certificate[]::new));
  }

  /** Gives the client a certificate of the authority, once it reads its file again. */
  private void presentToServer() throws Exception {
    X509Bundle own = issue("client");
    files.write("client.pem", own.getCertificatePathPEM());
    files.write("client.key", own.getPrivateKeyPEM());
  }

  private void present() throws Exception {
    if (generation == 1) {
      presentToServer();
    }
    X509Bundle own = issue("server");
    identity.updateIdentityCredentials(own.getCertificatePath(), own.getKeyPair().getPrivate());
  }

  static final class EchoGreeter extends GreeterGrpc.GreeterImplBase {
    @Override
    public void sayHello(HelloRequest request, StreamObserver<HelloReply> responses) {
      responses.onNext(HelloReply.newBuilder().setMessage(request.getName()).build());
      responses.onCompleted();
    }
  }

  private final class Guard implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String came = String.valueOf(headers.get(AUTHORIZATION));
      if (!tokens.contains(came)) {
        call.close(Status.UNAUTHENTICATED.withDescription(came + " is over"), new Metadata());
        return new ServerCall.Listener<>() {};
      }
      token = came;
      client =
          nameOf(Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)));
      return next.startCall(call, headers);
    }
  }

  private static String nameOf(SSLSession session) {
    try {
      return ((X509Certificate) session.getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException("a client without a certificate", e);
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
