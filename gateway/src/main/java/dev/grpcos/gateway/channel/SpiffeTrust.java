package dev.grpcos.gateway.channel;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Accepts servers whose certificate is an X.509-SVID with an expected SPIFFE ID. An authority
 * counts only for its own trust domain. Host names do not count. Safe for use by any thread.
 *
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md#5-validation">
 *     X509-SVID, validation</a>
 */
public final class SpiffeTrust extends X509ExtendedTrustManager {
  /** The bits of keyCertSign and cRLSign in {@link X509Certificate#getKeyUsage}. */
  private static final int CERT_SIGN = 5;

  private static final int CRL_SIGN = 6;

  private final SpiffeId server;
  private volatile Map<String, X509TrustManager> domains = Map.of();
  private volatile String absence = "the Workload API has not answered yet";

  /** Creates a trust manager without authorities, which refuses all servers. */
  public SpiffeTrust(SpiffeId server) {
    this.server = server;
  }

  /**
   * Replaces all authorities.
   *
   * @param bundles the authorities by the name of their trust domain
   * @throws GeneralSecurityException if they cannot be used; then the previous ones stay
   */
  public void update(Map<String, List<X509Certificate>> bundles) throws GeneralSecurityException {
    Map<String, X509TrustManager> next = new HashMap<>();
    for (Map.Entry<String, List<X509Certificate>> bundle : bundles.entrySet()) {
      next.put(bundle.getKey(), trusting(bundle.getValue()));
    }
    domains = Map.copyOf(next);
  }

  /** Records why there are no authorities, for the messages of refused servers. */
  public void absent(String reason) {
    absence = reason;
  }

  private static X509TrustManager trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException("certificates cannot be kept in memory", e);
    }
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry(Integer.toString(i), authorities.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager trust) {
        return trust;
      }
    }
    throw new GeneralSecurityException("Java has no trust manager for X.509");
  }

  private void check(X509Certificate[] chain, String authType) throws CertificateException {
    Map<String, X509TrustManager> current = domains;
    if (current.isEmpty()) {
      throw new RefusedSvidException(absence);
    }
    X509Certificate leaf = chain[0];
    SpiffeId id;
    try {
      id = SpiffeId.of(leaf);
    } catch (CertificateException e) {
      throw new RefusedSvidException(String.valueOf(e.getMessage()), e);
    }
    if (!server.admits(id)) {
      throw new RefusedSvidException("its SPIFFE ID is " + id + ", not " + server);
    }
    if (id.path().isEmpty() || leaf.getBasicConstraints() >= 0 || signs(leaf.getKeyUsage())) {
      throw new RefusedSvidException("it is the certificate of an authority");
    }
    X509TrustManager domain = current.get(id.domain());
    if (domain == null) {
      throw new RefusedSvidException("there is no authority of the trust domain " + id.domain());
    }
    leaf.checkValidity();
    try {
      domain.checkServerTrusted(chain, authType);
    } catch (CertificateException e) {
      throw new RefusedSvidException(
          "no authority of the trust domain " + id.domain() + " has signed it", e);
    }
  }

  private static boolean signs(boolean @Nullable [] usage) {
    return usage != null && (usage[CERT_SIGN] || usage[CRL_SIGN]);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw noServer();
  }

  private static CertificateException noServer() {
    return new CertificateException("only servers are checked");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
