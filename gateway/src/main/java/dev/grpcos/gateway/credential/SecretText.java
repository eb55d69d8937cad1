package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A secret that was read.
 *
 * @param text the secret
 * @param expires the {@code exp} of a JWT; null if the text does not have one
 */
record SecretText(String text, @Nullable Instant expires) {
  static final int MOST_BYTES = 64 << 10;

  /**
   * Parses a secret.
   *
   * @param content at most one byte more than {@link #MOST_BYTES}
   * @param origin names the source in messages
   * @throws IOException if the content is not of this kind
   */
  static SecretText parse(byte[] content, SecretKind kind, String origin) throws IOException {
    if (content.length > MOST_BYTES) {
      throw gaveNone(origin, kind, "it is larger than " + (MOST_BYTES >> 10) + " KiB");
    }
    String text = kind.strip(new String(content, UTF_8));
    if (text.isEmpty()) {
      throw gaveNone(origin, kind, "it is empty");
    }
    if (!text.codePoints().allMatch(kind::allows)) {
      throw gaveNone(origin, kind, "it contains " + kind.forbidden());
    }
    return new SecretText(text, expiry(text));
  }

  private static IOException gaveNone(String origin, SecretKind kind, String reason) {
    return new IOException(origin + " gave no " + kind.noun() + ": " + reason);
  }

  /** Returns this secret without its expiry. */
  SecretText withoutExpiry() {
    return new SecretText(text, null);
  }

  /**
   * Returns the claim {@code exp} of a JWT (RFC 7519, section 4.1.4), or null. Only the server
   * checks the signature.
   */
  static @Nullable Instant expiry(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      JsonElement claims =
          JsonParser.parseString(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8));
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

  @Override
  public String toString() {
    return "SecretText[expires=" + expires + "]";
  }
}
