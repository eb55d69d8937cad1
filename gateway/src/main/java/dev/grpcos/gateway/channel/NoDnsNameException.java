package dev.grpcos.gateway.channel;

import java.security.cert.CertificateException;

/** A certificate contains the server's name in CN at most. */
final class NoDnsNameException extends CertificateException {
  private static final long serialVersionUID = 1;

  NoDnsNameException() {
    super("no DNS name in subjectAltName");
  }
}
