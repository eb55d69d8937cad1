package dev.grpcos.gateway.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The TLS settings of a context. The files need not exist.
 *
 * @param cacert the certificates of the authorities to trust, in PEM; null for the default
 * @param cert the client's certificate chain, in PEM; null together with {@code key}
 * @param key the key of {@code cert}, in PEM
 * @param keyPassword a file that contains the password of the key; null for none
 * @param p12 the certificate chain and the key in PKCS #12; null for none
 * @param insecure whether certificate verification is skipped
 * @param serverName the name to expect in the server's certificate; null for the default
 * @param alpn whether HTTP/2 is negotiated by ALPN
 * @param spiffe an identity and authorities from a Workload API, instead of the above; null for
 *     none
 */
public record ContextTls(
    @Nullable Path cacert,
    @Nullable Path cert,
    @Nullable Path key,
    @Nullable Path keyPassword,
    @Nullable Path p12,
    boolean insecure,
    @Nullable String serverName,
    boolean alpn,
    @Nullable SpiffeConfig spiffe) {
  /** No settings. */
  public static final ContextTls NONE =
      new ContextTls(null, null, null, null, null, false, null, true, null);
}
