package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TlsChannelsTest extends ChannelFixture {
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

  private static List<X509Certificate> certificates(X509Bundle bundle) {
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
}
