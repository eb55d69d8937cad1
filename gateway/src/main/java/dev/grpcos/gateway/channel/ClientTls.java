package dev.grpcos.gateway.channel;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS settings of a client. Each handshake uses the current trust and identity: the objects
 * that {@link #trusting} and {@link #presenting} return accept new certificates while channels are
 * in use, and the next connection uses them.
 *
 * @param trust decides on the server's certificate
 * @param identity the client's certificate and key, or null for none
 * @param serverName the name to request and to expect in the certificate; null for the host of the
 *     channel's authority
 * @param alpn whether HTTP/2 is negotiated by ALPN; otherwise the server must speak HTTP/2 without
 *     it
 */
public record ClientTls(
    X509ExtendedTrustManager trust,
    @Nullable X509ExtendedKeyManager identity,
    @Nullable String serverName,
    boolean alpn) {

  /** Settings with ALPN. */
  public ClientTls(
      X509ExtendedTrustManager trust,
      @Nullable X509ExtendedKeyManager identity,
      @Nullable String serverName) {
    this(trust, identity, serverName, true);
  }

  /** Returns a trust manager with the authorities that Java trusts. */
  public static AdvancedTlsX509TrustManager trustingSystem() throws GeneralSecurityException {
    AdvancedTlsX509TrustManager trust = verifying();
    trust.useSystemDefaultTrustCerts();
    return trust;
  }

  /** Returns a trust manager with only these authorities. */
  public static AdvancedTlsX509TrustManager trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    AdvancedTlsX509TrustManager trust = verifying();
    try {
      trust.updateTrustCredentials(authorities.toArray(new X509Certificate[0]));
    } catch (IOException e) {
      throw new GeneralSecurityException("certificates cannot be kept in memory", e);
    }
    return trust;
  }

  /** Returns a trust manager with these authorities, and those that Java trusts. */
  public static AdvancedTlsX509TrustManager trustingAlso(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    List<X509Certificate> all = new ArrayList<>(authorities);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager system) {
        all.addAll(Arrays.asList(system.getAcceptedIssuers()));
      }
    }
    return trusting(all);
  }

  /** Returns a trust manager that skips certificate verification (unsafe). */
  public static AdvancedTlsX509TrustManager trustingAnyone() throws GeneralSecurityException {
    return AdvancedTlsX509TrustManager.newBuilder()
        .setVerification(Verification.INSECURELY_SKIP_ALL_VERIFICATION)
        .build();
  }

  /**
   * Returns a key manager that presents this chain to servers that request a certificate. The key
   * belongs to the first certificate.
   */
  public static AdvancedTlsX509KeyManager presenting(List<X509Certificate> chain, PrivateKey key) {
    AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
    identity.updateIdentityCredentials(chain.toArray(new X509Certificate[0]), key);
    return identity;
  }

  private static AdvancedTlsX509TrustManager verifying() throws GeneralSecurityException {
    AtomicReference<@Nullable X509TrustManager> self = new AtomicReference<>();
    AdvancedTlsX509TrustManager trust =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION)
            .setSslSocketAndEnginePeerVerifier(
                new ServerCertificateCheck(
                    () -> Objects.requireNonNull(self.get()).getAcceptedIssuers()))
            .build();
    self.set(trust);
    return trust;
  }
}
