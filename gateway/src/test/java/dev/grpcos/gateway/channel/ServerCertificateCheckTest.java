package dev.grpcos.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

/** Certificates that Java's own verification accepts. */
final class ServerCertificateCheckTest {
  private static final String HOST = "localhost";

  private static CertificateBuilder certificate(String name, int from, int until) {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .algorithm(Algorithm.ecp256)
        .notBefore(Instant.now().plus(Duration.ofDays(from)))
        .notAfter(Instant.now().plus(Duration.ofDays(until)));
  }

  private static X509Bundle authority(int from, int until) throws Exception {
    return certificate("root", from, until).setIsCertificateAuthority(true).buildSelfSigned();
  }

  private static X509Bundle ownAuthority(int from, int until) throws Exception {
    return certificate(HOST, from, until)
        .addSanDnsName(HOST)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private static X509Bundle leaf(X509Bundle issuer) throws Exception {
    return certificate(HOST, -1, 1).addSanDnsName(HOST).buildIssuedBy(issuer);
  }

  private static void check(String host, X509Bundle[] trusted, X509Bundle... chain)
      throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine(host, 443);
    new ServerCertificateCheck(() -> certificates(trusted))
        .verifyPeerCertificate(certificates(chain), "UNKNOWN", engine);
  }

  private static X509Certificate[] certificates(X509Bundle... bundles) {
    return Stream.of(bundles).map(X509Bundle::getCertificate).toArray(X509Certificate[]::new);
  }

  private static X509Bundle[] trusting(X509Bundle... authorities) {
    return authorities;
  }

  @Test
  void certificateThatIsItsOwnAuthorityIsCheckedForItsDates() throws Exception {
    X509Bundle past = ownAuthority(-9, -1);
    X509Bundle future = ownAuthority(1, 9);
    X509Bundle present = ownAuthority(-1, 1);
    assertThatThrownBy(() -> check(HOST, trusting(past), past))
        .isInstanceOf(CertificateExpiredException.class);
    assertThatThrownBy(() -> check(HOST, trusting(future), future))
        .isInstanceOf(CertificateNotYetValidException.class);
    assertThatCode(() -> check(HOST, trusting(present), present)).doesNotThrowAnyException();
  }

  @Test
  void authorityIsCheckedForItsDates() throws Exception {
    X509Bundle past = authority(-9, -1);
    X509Bundle future = authority(1, 9);
    X509Bundle present = authority(-1, 1);
    assertThatThrownBy(() -> check(HOST, trusting(past), leaf(past)))
        .isInstanceOf(CertificateExpiredException.class)
        .hasMessageStartingWith("that of the authority CN=root: NotAfter: ");
    assertThatThrownBy(() -> check(HOST, trusting(future), leaf(future)))
        .isInstanceOf(CertificateNotYetValidException.class);
    assertThatCode(() -> check(HOST, trusting(past, present), leaf(present)))
        .doesNotThrowAnyException();
  }

  @Test
  void authorityOfAnIntermediateIsCheckedForItsDates() throws Exception {
    X509Bundle past = authority(-9, -1);
    X509Bundle present =
        certificate("root", -9, 1)
            .setIsCertificateAuthority(true)
            .keyPair(past.getKeyPair())
            .buildIssuedBy(past); // as it has the same name and key, by itself
    X509Bundle between =
        certificate("between", -1, 1).setIsCertificateAuthority(true).buildIssuedBy(past);
    X509Bundle leaf = leaf(between);
    assertThatThrownBy(() -> check(HOST, trusting(past), leaf, between))
        .isInstanceOf(CertificateExpiredException.class);
    assertThatThrownBy(() -> check(HOST, trusting(past), leaf, between, past))
        .isInstanceOf(CertificateExpiredException.class);
    // The authority was renewed with the same key.
    assertThatCode(() -> check(HOST, trusting(past, present), leaf, between))
        .doesNotThrowAnyException();
    // An intermediate can be trusted itself.
    assertThatCode(() -> check(HOST, trusting(between), leaf, between)).doesNotThrowAnyException();
  }

  @Test
  void nameInTheCommonNameAloneIsRefused() throws Exception {
    X509Bundle root = authority(-1, 1);
    X509Bundle unnamed = certificate(HOST, -1, 1).buildIssuedBy(root);
    X509Bundle address = certificate(HOST, -1, 1).addSanIpAddress("127.0.0.1").buildIssuedBy(root);
    for (X509Bundle leaf : new X509Bundle[] {unnamed, address}) {
      assertThatThrownBy(() -> check(HOST, trusting(root), leaf))
          .isInstanceOf(NoDnsNameException.class);
    }
    assertThatCode(() -> check("127.0.0.1", trusting(root), address)).doesNotThrowAnyException();
    assertThatCode(() -> check("[::1]", trusting(root), address)).doesNotThrowAnyException();
    assertThat(new NoDnsNameException()).isInstanceOf(CertificateException.class);
  }
}
