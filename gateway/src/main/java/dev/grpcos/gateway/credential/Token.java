package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token.
 *
 * @param value as it is sent
 * @param expires as a JWT's {@code exp} says; null where the token does not tell
 */
record Token(String value, @Nullable Instant expires) {
  static final int MOST_BYTES = 64 << 10;

  /** A token that is asked for shortly before it expires would be late at its server. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  /**
   * Reads a token, with white space around it perhaps.
   *
   * @param origin for messages
   * @throws IOException if it is none that can be sent
   */
  static Token parse(byte[] content, String origin) throws IOException {
    String value = new String(content, US_ASCII).strip();
    if (value.isEmpty()) {
      throw new IOException(origin + " gave no token: it is empty");
    }
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IOException(
          origin + " gave no token: it has white space or other characters in it than ASCII's");
    }
    return new Token(value, expiry(value));
  }

  boolean isExpired(Instant now) {
    return expires != null && !now.isBefore(expires.minus(MARGIN));
  }

  /**
   * The claim {@code exp} of a JWT (RFC 7519, section 4.1.4), whose signature is not our matter.
   */
  private static @Nullable Instant expiry(String value) {
    String[] parts = value.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      JsonElement claims =
          JsonParser.parseString(new String(Base64.getUrlDecoder().decode(parts[1]), US_ASCII));
      JsonElement exp = claims.isJsonObject() ? claims.getAsJsonObject().get("exp") : null;
      return exp == null ? null : Instant.ofEpochSecond(exp.getAsLong());
    } catch (IllegalArgumentException
        | IllegalStateException
        | DateTimeException
        | JsonParseException
        | UnsupportedOperationException e) {
      // No JWT after all, or one that tells no time: any text may have two dots in it.
      return null;
    }
  }
}
