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
 * @param value the text to send
 * @param expires the {@code exp} of a JWT; null if the token does not have one
 */
record Token(String value, @Nullable Instant expires) {
  static final int MOST_BYTES = 64 << 10;

  /**
   * The time before its expiry at which a token is no longer sent, because it could arrive too
   * late.
   */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  /**
   * Parses a token; white space around it is dropped.
   *
   * @param origin names the source in messages
   * @throws IOException if the content cannot be sent as a token
   */
  static Token parse(byte[] content, String origin) throws IOException {
    String value = new String(content, US_ASCII).strip();
    if (value.isEmpty()) {
      throw new IOException(origin + " gave no token: it is empty");
    }
    if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IOException(
          origin + " gave no token: it contains white space or characters that are not ASCII");
    }
    return new Token(value, expiry(value));
  }

  boolean isExpired(Instant now) {
    // Added to the present, which is far from the limits of Instant; `expires` may be at a limit.
    return expires != null && !now.plus(MARGIN).isBefore(expires);
  }

  /**
   * Returns the claim {@code exp} of a JWT (RFC 7519, section 4.1.4), or null. Only the server
   * checks the signature.
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
      // Not a JWT, since any text may contain two dots, or a JWT without a valid time.
      return null;
    }
  }
}
