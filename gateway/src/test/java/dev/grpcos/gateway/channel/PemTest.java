package dev.grpcos.gateway.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PemTest {
  private static X509Bundle bundle(Algorithm algorithm) throws Exception {
    CertificateBuilder builder =
        new CertificateBuilder()
            .subject("CN=localhost")
            .algorithm(algorithm)
            .setIsCertificateAuthority(true);
    return algorithm == Algorithm.rsa2048
        ? builder.keyPair(shortRsaPair()).buildSelfSigned()
        : builder.buildSelfSigned();
  }

  /** Without the second compiler, a test JVM takes seconds to find a longer key. */
  private static KeyPair shortRsaPair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    return generator.generateKeyPair();
  }

  @ParameterizedTest
  @EnumSource(names = {"rsa2048", "ecp256", "ecp384", "ed25519"})
  void keyIsReadAndMatchesItsCertificate(Algorithm algorithm) throws Exception {
    X509Bundle bundle = bundle(algorithm);
    X509Bundle other = bundle(algorithm);

    var key = privateKey(bundle.getPrivateKeyPEM().getBytes(UTF_8), "key.pem");

    assertThat(key).isEqualTo(bundle.getKeyPair().getPrivate());
    Pem.requirePair(bundle.getCertificate(), key, "cert.pem", "key.pem");
    assertThatThrownBy(() -> Pem.requirePair(other.getCertificate(), key, "cert.pem", "key.pem"))
        .hasMessageStartingWith("the key in key.pem does not match the first certificate in cert");
  }

  @Test
  void bundleOfCertificatesIsReadInOrder() throws Exception {
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
  void fileWithoutACertificateIsRefused() {
    assertThatThrownBy(() -> Pem.certificates("nothing".getBytes(UTF_8), "ca.pem"))
        .hasMessage("ca.pem has no certificate: give a PEM file with BEGIN CERTIFICATE in it");
    assertThatThrownBy(
            () ->
                Pem.certificates(
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----".getBytes(UTF_8),
                    "ca.pem"))
        .hasMessageStartingWith("certificate 1 in ca.pem is broken: ");
  }

  /** From {@code openssl ecparam -name prime256v1 -genkey}; a key for this test only. */
  private static final String CURVE_KEY =
      """
      MHcCAQEEINdY96b7KXRbCopEWNTqaIxQRtRX38vw15rlT1OxeCLeoAoGCCqGSM49
      AwEHoUQDQgAEV+nqKsvaowIWV8ql+EmHebQbNGEWTTkT1oRaai4v2H+Rsrc4oxFT
      phSHK6DXwEQfXIPrRt3iv++qpg3OK6tVLw==
      """;

  /** The same key after {@code openssl pkcs8 -topk8 -nocrypt}. */
  private static final String CURVE_KEY_IN_PKCS8 =
      """
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg11j3pvspdFsKikRY
      1OpojFBG1Fffy/DXmuVPU7F4It6hRANCAARX6eoqy9qjAhZXyqX4SYd5tBs0YRZN
      ORPWhFpqLi/Yf5GytzijEVOmFIcroNfARB9cg+tG3eK/76qmDc4rq1Uv
      """;

  @Test
  void keysOfOpenSslsOlderFormsAreRead() throws Exception {
    ECPrivateKey curve = (ECPrivateKey) privateKey(block("EC PRIVATE KEY", CURVE_KEY), "k.pem");
    ECPrivateKey same =
        (ECPrivateKey) privateKey(block("PRIVATE KEY", CURVE_KEY_IN_PKCS8), "k.pem");
    assertThat(curve.getS()).isEqualTo(same.getS());
    assertThat(curve.getParams().getCurve()).isEqualTo(same.getParams().getCurve());
    assertThat(privateKey(resource("rsa4096-pkcs1.pem"), "k.pem"))
        .isEqualTo(privateKey(resource("rsa4096-pkcs8.pem"), "k.pem"));
    PrivateKey key = shortRsaPair().getPrivate();
    byte[] pkcs8 = key.getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length); // the bytes before it name RSA
    assertThat(
            privateKey(
                block("RSA PRIVATE KEY", Base64.getMimeEncoder().encodeToString(pkcs1)), "k"))
        .isEqualTo(key);
  }

  private static PrivateKey privateKey(byte[] content, String name) throws Exception {
    return Pem.privateKey(content, name, KeyPassword.missing("give its password"));
  }

  @Test
  void encryptedKeysAreDecrypted() throws Exception {
    PrivateKey key = privateKey(resource("ec-plain.pem"), "k.pem");
    KeyPassword right = KeyPassword.of("p\u00e4ssword\n".getBytes(UTF_8));
    assertThat(Pem.privateKey(resource("ec-encrypted.pem"), "k.pem", right)).isEqualTo(key);
    assertThatThrownBy(() -> privateKey(resource("ec-encrypted.pem"), "k.pem"))
        .hasMessage("the key in k.pem is encrypted: give its password");
    KeyPassword wrong = KeyPassword.of("pass".getBytes(UTF_8));
    assertThatThrownBy(() -> Pem.privateKey(resource("ec-encrypted.pem"), "k.pem", wrong))
        .hasMessage("the key in k.pem cannot be decrypted: check the password");
    assertThatThrownBy(() -> Pem.privateKey(block("ENCRYPTED PRIVATE KEY"), "k.pem", right))
        .hasMessageStartingWith("the key in k.pem is broken, or not encrypted with AES: ");
  }

  @Test
  void keyAndChainComeFromAPkcs12File() throws Exception {
    KeyPassword right = KeyPassword.of("password".getBytes(UTF_8));
    Pkcs12 p12 = Pkcs12.read(resource("client.p12"), "c.p12", right);
    assertThat(p12.key()).isEqualTo(privateKey(resource("ec-plain.pem"), "k.pem"));
    Pem.requirePair(p12.chain().get(0), p12.key(), "c.p12", "c.p12");
    KeyPassword wrong = KeyPassword.of("pass".getBytes(UTF_8));
    assertThatThrownBy(() -> Pkcs12.read(resource("client.p12"), "c.p12", wrong))
        .hasMessage("c.p12 cannot be decrypted: check the password");
    KeyPassword notAscii = KeyPassword.of("\u00fc".getBytes(UTF_8));
    assertThatThrownBy(() -> Pkcs12.read(resource("client.p12"), "c.p12", notAscii))
        .hasMessageStartingWith("c.p12 cannot be decrypted: Java supports only ASCII");
    KeyPassword missing = KeyPassword.missing("give its password");
    assertThatThrownBy(() -> Pkcs12.read(resource("client.p12"), "c.p12", missing))
        .hasMessage("c.p12 is encrypted: give its password");
    assertThatThrownBy(() -> Pkcs12.read(resource("ec-plain.pem"), "c.p12", right))
        .hasMessageStartingWith("c.p12 is not a PKCS #12 file: ");
  }

  /** The same key in two forms, of {@code openssl genrsa -traditional} and {@code pkcs8 -topk8}. */
  private static byte[] resource(String name) throws IOException {
    try (InputStream file = PemTest.class.getResourceAsStream(name)) {
      return file.readAllBytes();
    }
  }

  @Test
  void unreadableKeysAreRefusedWithARemedy() {
    assertThatThrownBy(() -> privateKey(block("RSA PRIVATE KEY"), "k.pem"))
        .hasMessageContaining("is broken");
    assertThatThrownBy(() -> privateKey(block("EC PRIVATE KEY"), "k.pem"))
        .hasMessageContaining("is broken");
    assertThatThrownBy(() -> privateKey(block("EC PRIVATE KEY", "MAMCAQE="), "k.pem"))
        .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in k.pem");
    assertThatThrownBy(
            () -> privateKey(block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n\nAAAA"), "k.pem"))
        .hasMessageContaining("is encrypted");
    assertThatThrownBy(() -> privateKey(block("ENCRYPTED PRIVATE KEY"), "k.pem"))
        .hasMessageContaining("is encrypted");
    assertThatThrownBy(() -> privateKey(block("PRIVATE KEY"), "k.pem"))
        .hasMessageContaining("is broken, or neither RSA, EC nor Ed25519");
    assertThatThrownBy(() -> privateKey(block("CERTIFICATE"), "k.pem"))
        .hasMessageStartingWith("k.pem has no private key");
  }

  private static byte[] block(String label) {
    return block(label, "AAAA");
  }

  private static byte[] block(String label, String body) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, body)
        .getBytes(UTF_8);
  }
}
