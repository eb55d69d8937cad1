package dev.grpcos.gateway.credential;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of credentials, without the credentials.
 *
 * @param valid whether calls can carry them now
 * @param expires the time when the first of them expires; null if that is unknown
 */
public record CredentialStatus(boolean valid, @Nullable Instant expires) {
  /** Returns the state of these credentials and the others together. */
  CredentialStatus and(CredentialStatus other) {
    boolean first = other.expires == null || (expires != null && expires.isBefore(other.expires));
    return new CredentialStatus(valid && other.valid, first ? expires : other.expires);
  }
}
