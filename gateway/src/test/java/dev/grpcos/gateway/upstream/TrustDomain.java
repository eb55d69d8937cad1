package dev.grpcos.gateway.upstream;

import com.google.protobuf.ByteString;
import dev.grpcos.proto.spiffe.X509SVID;
import dev.grpcos.proto.spiffe.X509SVIDResponse;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/** An authority that issues X.509-SVIDs of a SPIFFE trust domain. */
record TrustDomain(String name, X509Bundle authority) {
  static TrustDomain create(String name) throws Exception {
    return new TrustDomain(
        name,
        new CertificateBuilder()
            .algorithm(Algorithm.ecp256)
            .subject("O=" + name)
            .addSanUriName(URI.create("spiffe://" + name))
            .setIsCertificateAuthority(true)
            .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign)
            .buildSelfSigned());
  }

  String id(String path) {
    return "spiffe://" + name + path;
  }

  X509Bundle issue(String path) throws Exception {
    return new CertificateBuilder()
        .algorithm(Algorithm.ecp256)
        .subject("O=workload")
        .addSanUriName(URI.create(id(path)))
        .setKeyUsage(true, KeyUsage.digitalSignature)
        .addExtendedKeyUsageServerAuth()
        .addExtendedKeyUsageClientAuth()
        .buildIssuedBy(authority);
  }

  /** Returns a response with a new identity of this domain and with these authorities for it. */
  X509SVIDResponse response(String path, TrustDomain... authorities) throws Exception {
    X509Bundle svid = issue(path);
    return X509SVIDResponse.newBuilder()
        .addSvids(
            X509SVID
                .newBuilder()
                .setSpiffeId(id(path))
                .setX509Svid(der(List.of(svid.getCertificate())))
                .setX509SvidKey(ByteString.copyFrom(svid.getKeyPair().getPrivate().getEncoded()))
                .setBundle(
                    der(
                        List.of(authorities).stream()
                            .map(each -> each.authority.getCertificate())
                            .toList())))
        .build();
  }

  private static ByteString der(List<X509Certificate> certificates)
      throws CertificateEncodingException {
    ByteString der = ByteString.EMPTY;
    for (X509Certificate certificate : certificates) {
      der = der.concat(ByteString.copyFrom(certificate.getEncoded()));
    }
    return der;
  }
}
