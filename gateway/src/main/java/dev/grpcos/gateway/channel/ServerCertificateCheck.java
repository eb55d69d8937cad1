package dev.grpcos.gateway.channel;

import io.grpc.util.AdvancedTlsX509TrustManager.SslSocketAndEnginePeerVerifier;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Performs checks that Java's verification of a server's certificate omits: the dates of the
 * trusted authority, also if the server's own certificate is that authority, and that the server's
 * name is in subjectAltName. Java accepts a name that only the common name (CN) contains.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9525#section-2">RFC 9525, names in
 *     certificates</a>
 */
final class ServerCertificateCheck implements SslSocketAndEnginePeerVerifier {
  /** The type of a DNS name in {@link X509Certificate#getSubjectAlternativeNames}. */
  private static final int DNS_NAME = 2;

  /** Java compares names of these forms only with addresses in subjectAltName. */
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private final Supplier<X509Certificate[]> authorities;

  /**
   * Creates a check that follows Java's verification.
   *
   * @param authorities returns the current trusted authorities
   */
  ServerCertificateCheck(Supplier<X509Certificate[]> authorities) {
    this.authorities = authorities;
  }

  @Override
  public void verifyPeerCertificate(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine.getPeerHost());
  }

  @Override
  public void verifyPeerCertificate(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, null);
  }

  private void check(X509Certificate[] chain, @Nullable String host) throws CertificateException {
    chain[0].checkValidity();
    requireValidAuthority(chain);
    if ((host == null || !IP_ADDRESS.matcher(host).matches()) && !hasDnsName(chain[0])) {
      throw new NoDnsNameException();
    }
  }

  private static boolean hasDnsName(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names != null && names.stream().anyMatch(name -> name.get(0).equals(DNS_NAME));
  }

  /**
   * Searches a path from the server's certificate to an authority in which every certificate is
   * within its dates. The chain may have several, because authorities sign each other.
   *
   * @throws CertificateException the fault of the authority that was found, if all have one
   */
  private void requireValidAuthority(X509Certificate[] chain) throws CertificateException {
    X509Certificate[] trusted = authorities.get();
    List<X509Certificate> issuers = new ArrayList<>(Arrays.asList(chain).subList(1, chain.length));
    Deque<X509Certificate> open = new ArrayDeque<>(List.of(chain[0]));
    CertificateException fault = null;
    while (!open.isEmpty()) {
      X509Certificate certificate = open.removeFirst();
      for (X509Certificate authority : trusted) {
        if (isSame(authority, certificate) || hasIssued(authority, certificate)) {
          CertificateException found = fault(authority);
          if (found == null) {
            return;
          }
          fault = fault == null ? found : fault;
        }
      }
      for (Iterator<X509Certificate> rest = issuers.iterator(); rest.hasNext(); ) {
        X509Certificate issuer = rest.next();
        if (issuer.getBasicConstraints() >= 0
            && hasIssued(issuer, certificate)
            && fault(issuer) == null) {
          rest.remove();
          open.addLast(issuer);
        }
      }
    }
    throw fault == null ? new CertificateException("no authority is within its dates") : fault;
  }

  /** Returns whether Java considers a certificate to be this authority, by its name and key. */
  private static boolean isSame(X509Certificate authority, X509Certificate certificate) {
    return authority.getSubjectX500Principal().equals(certificate.getSubjectX500Principal())
        && authority.getPublicKey().equals(certificate.getPublicKey());
  }

  private static boolean hasIssued(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false; // another authority of the same name
    }
  }

  /** Returns the problem of an authority's dates, or null. */
  private static @Nullable CertificateException fault(X509Certificate authority) {
    String name = authority.getSubjectX500Principal().getName();
    try {
      authority.checkValidity();
      return null;
    } catch (CertificateExpiredException e) {
      return new CertificateExpiredException(
          "that of the authority " + name + ": " + e.getMessage());
    } catch (CertificateNotYetValidException e) {
      return new CertificateNotYetValidException(
          "that of the authority " + name + ": " + e.getMessage());
    }
  }
}
