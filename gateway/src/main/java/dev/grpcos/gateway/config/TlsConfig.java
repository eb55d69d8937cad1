package dev.grpcos.gateway.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The TLS settings of an upstream. The files were readable when the configuration was read; they
 * may change at any time.
 *
 * @param ca the certificates of the authorities to trust, in PEM; null for those of Java
 * @param cert the gateway's own certificate chain, in PEM; null together with {@code key}
 * @param key the key of {@code cert}, in PEM
 * @param serverName the name to expect in the server's certificate; null for the upstream's
 *     authority or, without that, the target's host
 * @param insecure whether certificate verification is skipped
 * @param alpn whether HTTP/2 is negotiated by ALPN
 * @param keyPassword a file that contains the password of an encrypted key; null for none
 * @param spiffe gives identity and trust instead of files; null for files
 */
public record TlsConfig(
    @Nullable Path ca,
    @Nullable Path cert,
    @Nullable Path key,
    @Nullable String serverName,
    boolean insecure,
    boolean alpn,
    @Nullable Path keyPassword,
    @Nullable SpiffeConfig spiffe) {
  /** Creates settings with files. */
  public TlsConfig(
      @Nullable Path ca,
      @Nullable Path cert,
      @Nullable Path key,
      @Nullable String serverName,
      boolean insecure,
      boolean alpn,
      @Nullable Path keyPassword) {
    this(ca, cert, key, serverName, insecure, alpn, keyPassword, null);
  }

  /**
   * Returns settings without files.
   *
   * @param spiffe gives identity and trust
   * @param alpn whether HTTP/2 is negotiated by ALPN
   */
  public static TlsConfig of(SpiffeConfig spiffe, boolean alpn) {
    return new TlsConfig(null, null, null, null, false, alpn, null, spiffe);
  }
}
