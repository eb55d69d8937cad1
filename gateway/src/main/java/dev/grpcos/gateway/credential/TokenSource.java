package dev.grpcos.gateway.credential;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A source of tokens. Its methods may block; one thread uses it at a time. */
interface TokenSource {
  /**
   * Reads the token.
   *
   * @param last the token of the last reading, or null
   * @throws IOException if there is no token; the message is one line for the caller
   */
  Token read(@Nullable Token last) throws IOException, InterruptedException;

  /** Returns the time until the next reading, or null if there is none. */
  @Nullable Duration readAgain(Token token, Instant now);
}
