package dev.grpcos.gateway.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PemTest {
  private static X509Bundle bundle(Algorithm algorithm) throws Exception {
    return new CertificateBuilder()
        .subject("CN=localhost")
        .algorithm(algorithm)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  @ParameterizedTest
  @EnumSource(names = {"rsa2048", "ecp256", "ecp384", "ed25519"})
  void aKeyIsReadAndKnownAsItsCertificates(Algorithm algorithm) throws Exception {
    X509Bundle bundle = bundle(algorithm);
    X509Bundle other = bundle(algorithm);

    var key = Pem.privateKey(bundle.getPrivateKeyPEM().getBytes(UTF_8), "key.pem");

    assertThat(key).isEqualTo(bundle.getKeyPair().getPrivate());
    Pem.requirePair(bundle.getCertificate(), key, "cert.pem", "key.pem");
    assertThatThrownBy(() -> Pem.requirePair(other.getCertificate(), key, "cert.pem", "key.pem"))
        .hasMessageStartingWith("the key in key.pem is not that of the first certificate in cert");
  }

  @Test
  void aBundleOfCertificatesIsReadInItsOrder() throws Exception {
    X509Bundle first = bundle(Algorithm.ecp256);
    X509Bundle second = bundle(Algorithm.ecp256);
    String text =
        "# première\n"
            + first.getCertificatePEM()
            + "\nsubject=CN - second\r\n"
            + first.getPrivateKeyPEM()
            + second.getCertificatePEM();

    assertThat(Pem.certificates(text.getBytes(UTF_8), "ca.pem"))
        .containsExactly(first.getCertificate(), second.getCertificate());
  }

  @Test
  void aFileWithoutACertificateIsRefused() {
    assertThatThrownBy(() -> Pem.certificates("nothing".getBytes(UTF_8), "ca.pem"))
        .hasMessage("ca.pem has no certificate: give a PEM file with BEGIN CERTIFICATE in it");
    assertThatThrownBy(
            () ->
                Pem.certificates(
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----".getBytes(UTF_8),
                    "ca.pem"))
        .hasMessageStartingWith("certificate 1 in ca.pem is broken: ");
  }

  @Test
  void keysOfOtherKindsAreRefusedWithTheCommandThatConvertsThem() {
    assertThatThrownBy(() -> Pem.privateKey(block("RSA PRIVATE KEY"), "k.pem"))
        .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in k.pem");
    assertThatThrownBy(() -> Pem.privateKey(block("ENCRYPTED PRIVATE KEY"), "k.pem"))
        .hasMessageContaining("is encrypted");
    assertThatThrownBy(() -> Pem.privateKey(block("PRIVATE KEY"), "k.pem"))
        .hasMessageContaining("is broken, or neither RSA, EC nor Ed25519");
    assertThatThrownBy(() -> Pem.privateKey(block("CERTIFICATE"), "k.pem"))
        .hasMessageStartingWith("k.pem has no private key");
  }

  private static byte[] block(String label) {
    return ("-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n").getBytes(UTF_8);
  }
}
