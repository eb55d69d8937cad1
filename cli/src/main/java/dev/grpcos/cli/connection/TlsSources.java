package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.channel.ClientTls;
import dev.grpcos.gateway.channel.Pem;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The files and settings of TLS, from the options.
 *
 * @param ca authorities to trust in place of Java's, or null
 * @param cert the client's certificate chain, or null; with {@code key}
 * @param key the key of {@code cert}, or null
 * @param insecure whether certificate verification is skipped
 * @param serverName the name to expect in the certificate; null for the authority
 * @param alpn whether HTTP/2 is negotiated by ALPN
 */
public record TlsSources(
    @Nullable PemFile ca,
    @Nullable PemFile cert,
    @Nullable PemFile key,
    boolean insecure,
    @Nullable String serverName,
    boolean alpn) {

  /**
   * Converts the content of the files to TLS settings.
   *
   * @throws CliException USAGE if a file is invalid
   */
  ClientTls read() {
    try {
      return new ClientTls(trust(), identity(), serverName, alpn);
    } catch (GeneralSecurityException e) {
      throw CliException.usage("%s", e.getMessage());
    }
  }

  private X509ExtendedTrustManager trust() throws GeneralSecurityException {
    if (insecure) {
      return ClientTls.trustingAnyone();
    }
    return ca == null
        ? ClientTls.trustingSystem()
        : ClientTls.trusting(Pem.certificates(ca.content().toByteArray(), ca.name()));
  }

  private @Nullable X509ExtendedKeyManager identity() throws GeneralSecurityException {
    if (cert == null || key == null) {
      return null;
    }
    List<X509Certificate> chain = Pem.certificates(cert.content().toByteArray(), cert.name());
    PrivateKey secret = Pem.privateKey(key.content().toByteArray(), key.name());
    Pem.requirePair(chain.get(0), secret, cert.name(), key.name());
    return ClientTls.presenting(chain, secret);
  }
}
