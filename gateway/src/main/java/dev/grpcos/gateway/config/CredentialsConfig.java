package dev.grpcos.gateway.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that calls carry.
 *
 * @param scheme the protocol that gives headers; null for none
 * @param headers further headers, by their lowercase names
 */
public record CredentialsConfig(
    @Nullable CredentialScheme scheme, Map<String, SecretSource> headers) {
  public CredentialsConfig {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** Returns the same headers with another scheme. */
  public CredentialsConfig with(CredentialScheme other) {
    return new CredentialsConfig(other, headers);
  }

  /** Returns credentials of one scheme. */
  public static CredentialsConfig of(CredentialScheme scheme) {
    return new CredentialsConfig(scheme, Map.of());
  }

  /** Returns credentials with the header {@code authorization: Bearer TOKEN}. */
  public static CredentialsConfig bearer(SecretSource token) {
    return of(new CredentialScheme.BearerScheme(token));
  }
}
