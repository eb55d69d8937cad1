package dev.grpcos.gateway.channel;

import java.security.cert.CertificateException;

/** A server's certificate is not an X.509-SVID that the client accepts. */
final class RefusedSvidException extends CertificateException {
  private static final long serialVersionUID = 1;

  RefusedSvidException(String reason) {
    super(reason);
  }

  RefusedSvidException(String reason, CertificateException cause) {
    super(reason, cause);
  }
}
