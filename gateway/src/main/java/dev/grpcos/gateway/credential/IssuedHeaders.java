package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.forward.AddedHeaders;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Headers with credentials.
 *
 * @param expires the time when they expire; null if that is unknown
 */
record IssuedHeaders(AddedHeaders headers, @Nullable Instant expires) {}
