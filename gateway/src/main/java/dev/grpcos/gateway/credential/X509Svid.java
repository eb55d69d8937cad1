package dev.grpcos.gateway.credential;

import com.google.protobuf.ByteString;
import dev.grpcos.gateway.channel.Pem;
import dev.grpcos.gateway.channel.SpiffeId;
import dev.grpcos.gateway.text.PrintableText;
import dev.grpcos.proto.spiffe.X509SVID;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The identity and the trusted authorities in a response of the Workload API.
 *
 * @param chain the own certificate and those of its issuers
 * @param bundles the authorities by the name of their trust domain
 */
record X509Svid(
    List<X509Certificate> chain, PrivateKey key, Map<String, List<X509Certificate>> bundles) {
  private static final int MOST_NAMED = 10;

  /**
   * Parses a response.
   *
   * @param id the identity to use; null for the first, which is the default
   * @throws GeneralSecurityException if a part is missing or malformed; the message does not quote
   *     it
   */
  static X509Svid of(X509SVIDResponse response, @Nullable SpiffeId id)
      throws GeneralSecurityException {
    X509SVID svid = chosen(response.getSvidsList(), id);
    try {
      Map<String, List<X509Certificate>> bundles = new HashMap<>();
      for (Map.Entry<String, ByteString> bundle : response.getFederatedBundlesMap().entrySet()) {
        add(bundle.getKey(), bundle.getValue(), bundles);
      }
      // The bundle of the own trust domain comes last, because a federated one must not replace it.
      add(svid.getSpiffeId(), svid.getBundle(), bundles);
      List<X509Certificate> chain = certificates(svid.getX509Svid(), "certificate");
      PrivateKey key = Pem.privateKeyOf(svid.getX509SvidKey().toByteArray(), "the response");
      Pem.requirePair(chain.get(0), key, "its chain", "its key");
      return new X509Svid(chain, key, bundles);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException(e.getMessage(), e);
    }
  }

  private static X509SVID chosen(List<X509SVID> svids, @Nullable SpiffeId id)
      throws GeneralSecurityException {
    if (svids.isEmpty()) {
      throw new GeneralSecurityException("it has no identity");
    }
    if (id == null) {
      return svids.get(0);
    }
    for (X509SVID svid : svids) {
      if (svid.getSpiffeId().equals(id.toString())) {
        return svid;
      }
    }
    throw new GeneralSecurityException(
        "it has no identity %s, only %s"
            .formatted(
                id,
                svids.stream()
                    .limit(MOST_NAMED)
                    .map(svid -> PrintableText.line(svid.getSpiffeId()))
                    .collect(Collectors.joining(", "))));
  }

  private static void add(String id, ByteString bundle, Map<String, List<X509Certificate>> bundles)
      throws CertificateException {
    bundles.put(SpiffeId.parse(id).domain(), certificates(bundle, "bundle of " + id));
  }

  /** Parses certificates in DER, one after the other. */
  private static List<X509Certificate> certificates(ByteString der, String name)
      throws CertificateException {
    List<X509Certificate> certificates =
        CertificateFactory.getInstance("X.509").generateCertificates(der.newInput()).stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (certificates.isEmpty()) {
      throw new CertificateException("its " + name + " is empty");
    }
    return certificates;
  }

  @Override
  public String toString() {
    return "X509Svid[" + chain.get(0).getNotAfter().toInstant() + "]";
  }
}
