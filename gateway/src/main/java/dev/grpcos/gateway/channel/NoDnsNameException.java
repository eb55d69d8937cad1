package dev.grpcos.gateway.channel;

import java.security.cert.CertificateException;

/** An error for a certificate without the server's name in subjectAltName. */
final class NoDnsNameException extends CertificateException {
  private static final long serialVersionUID = 1;

  NoDnsNameException() {
    super("no DNS name in subjectAltName");
  }
}
