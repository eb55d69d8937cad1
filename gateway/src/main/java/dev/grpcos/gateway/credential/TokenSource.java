package dev.grpcos.gateway.credential;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where tokens come from. It may block; used by one thread at a time. */
interface TokenSource {
  /**
   * Reads the token.
   *
   * @param last the one that was read before
   * @throws IOException if there is none to be had; the message is one line for the caller
   */
  Token read(@Nullable Token last) throws IOException, InterruptedException;

  /** When to read again, once a token was read; null: never. */
  @Nullable Duration readAgain(Token token, Instant now);
}
