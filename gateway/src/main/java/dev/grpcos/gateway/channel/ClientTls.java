package dev.grpcos.gateway.channel;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How a client speaks TLS. Trust and identity are asked at each handshake: what {@link #trusting}
 * and {@link #presenting} return can be given other certificates while channels are in use, and the
 * next connection has them.
 *
 * @param trust decides on the server's certificate
 * @param identity the client's certificate and key, or null for none
 * @param serverName the name to ask for and to expect in the certificate; null for the channel's
 *     authority, without its port
 */
public record ClientTls(
    X509ExtendedTrustManager trust,
    @Nullable X509ExtendedKeyManager identity,
    @Nullable String serverName) {

  /** Trusts the authorities that Java trusts. */
  public static AdvancedTlsX509TrustManager trustingSystem() throws GeneralSecurityException {
    AdvancedTlsX509TrustManager trust =
        manager(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION);
    trust.useSystemDefaultTrustCerts();
    return trust;
  }

  /** Trusts these authorities and no others. */
  public static AdvancedTlsX509TrustManager trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    AdvancedTlsX509TrustManager trust =
        manager(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION);
    try {
      trust.updateTrustCredentials(authorities.toArray(new X509Certificate[0]));
    } catch (IOException e) {
      throw new GeneralSecurityException("certificates can't be kept in memory", e);
    }
    return trust;
  }

  /** Trusts whoever answers, under whatever name. */
  public static AdvancedTlsX509TrustManager trustingAnyone() throws GeneralSecurityException {
    return manager(Verification.INSECURELY_SKIP_ALL_VERIFICATION);
  }

  /** Presents this chain, whose first certificate is the key's, to servers that ask for one. */
  public static AdvancedTlsX509KeyManager presenting(List<X509Certificate> chain, PrivateKey key) {
    AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
    identity.updateIdentityCredentials(chain.toArray(new X509Certificate[0]), key);
    return identity;
  }

  private static AdvancedTlsX509TrustManager manager(Verification verification)
      throws GeneralSecurityException {
    return AdvancedTlsX509TrustManager.newBuilder().setVerification(verification).build();
  }
}
