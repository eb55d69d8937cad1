package dev.grpcos.gateway.credential;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a token, without the token.
 *
 * @param valid whether calls can carry it now
 * @param expires the time when it expires; null if that is unknown
 */
public record TokenStatus(boolean valid, @Nullable Instant expires) {}
