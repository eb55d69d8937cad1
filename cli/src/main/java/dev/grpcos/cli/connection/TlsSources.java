package dev.grpcos.cli.connection;

import dev.grpcos.cli.failure.CliException;
import dev.grpcos.gateway.channel.ClientTls;
import dev.grpcos.gateway.channel.KeyPassword;
import dev.grpcos.gateway.channel.Pem;
import dev.grpcos.gateway.channel.Pkcs12;
import dev.grpcos.gateway.config.SpiffeConfig;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The files and settings of TLS, from the options.
 *
 * @param trust the authorities to trust
 * @param identity the client's certificate and key, or null
 * @param serverName the name to expect in the certificate; null for the authority
 * @param alpn whether HTTP/2 is negotiated by ALPN
 */
public record TlsSources(
    Trust trust, @Nullable ClientIdentity identity, @Nullable String serverName, boolean alpn) {

  /**
   * The authorities to trust.
   *
   * @param files their certificates
   * @param system whether the authorities of the Java runtime are trusted as well
   * @param insecure whether certificate verification is skipped
   */
  public record Trust(List<TlsFile> files, boolean system, boolean insecure) {
    public Trust {
      files = List.copyOf(files);
    }

    private X509ExtendedTrustManager read() throws GeneralSecurityException {
      if (insecure) {
        return ClientTls.trustingAnyone();
      }
      if (files.isEmpty() && system) {
        return ClientTls.trustingSystem();
      }
      List<X509Certificate> authorities = new ArrayList<>();
      for (TlsFile file : files) {
        authorities.addAll(Pem.certificates(file.bytes(), file.name()));
      }
      return system ? ClientTls.trustingAlso(authorities) : ClientTls.trusting(authorities);
    }
  }

  /** The client's certificate and key. */
  public sealed interface ClientIdentity {}

  /**
   * A certificate chain and its key in PEM.
   *
   * @param password the password of the key, or null
   */
  public record PemIdentity(TlsFile cert, TlsFile key, @Nullable TlsFile password)
      implements ClientIdentity {}

  /**
   * Both in a PKCS #12 file.
   *
   * @param password the password of the file, or null
   */
  public record Pkcs12Identity(TlsFile file, @Nullable TlsFile password)
      implements ClientIdentity {}

  /**
   * An identity from a SPIFFE Workload API, whose authorities are trusted instead of those of
   * files.
   */
  public record SpiffeIdentity(SpiffeConfig config) implements ClientIdentity {}

  /**
   * Converts the content of the files to TLS settings.
   *
   * @throws CliException USAGE if a file is invalid
   */
  ClientTls read() {
    try {
      return new ClientTls(trust.read(), keyManager(), serverName, alpn);
    } catch (GeneralSecurityException e) {
      throw CliException.usage("%s", e.getMessage());
    }
  }

  private @Nullable X509ExtendedKeyManager keyManager() throws GeneralSecurityException {
    if (identity instanceof PemIdentity pem) {
      List<X509Certificate> chain = Pem.certificates(pem.cert().bytes(), pem.cert().name());
      PrivateKey key =
          Pem.privateKey(pem.key().bytes(), pem.key().name(), password(pem.password()));
      Pem.requirePair(chain.get(0), key, pem.cert().name(), pem.key().name());
      return ClientTls.presenting(chain, key);
    }
    if (identity instanceof Pkcs12Identity p12) {
      Pkcs12 content = Pkcs12.read(p12.file().bytes(), p12.file().name(), password(p12.password()));
      return ClientTls.presenting(content.chain(), content.key());
    }
    return null;
  }

  private static KeyPassword password(@Nullable TlsFile file) {
    return file == null
        ? KeyPassword.missing("give the file of its password with --key-password @FILE")
        : KeyPassword.of(file.bytes());
  }
}
