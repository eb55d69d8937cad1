package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.grpcos.gateway.text.PrintableText;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The access token in the response of a token endpoint.
 *
 * @param expires null if the server does not report it
 * @param refreshToken the token for the next request; null if the last one stays in use
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5">RFC 6749, section 5</a>
 */
record AccessToken(String token, @Nullable Instant expires, @Nullable String refreshToken) {
  private static final int OK = 200;
  private static final int MOST_CHARACTERS = 300;
  private static final long MOST_SECONDS = 366L * 86_400;

  /**
   * Parses a response.
   *
   * @param origin names the server in messages
   * @param now the time before the request
   * @throws IOException if it has no bearer token; the message has no part of a token
   */
  static AccessToken parse(int status, byte[] body, String origin, Instant now) throws IOException {
    JsonObject fields = object(body);
    if (status != OK) {
      throw new IOException(origin + " refused the request: " + reason(status, fields));
    }
    String type = fields == null ? null : text(fields, "token_type");
    String token = fields == null ? null : text(fields, "access_token");
    if (fields == null || token == null) {
      throw new IOException(origin + " gave no token: its response has no access_token in JSON");
    }
    if (!"bearer".equalsIgnoreCase(type)) {
      throw new IOException(
          origin + " gave no bearer token: its token_type is " + line(String.valueOf(type)));
    }
    return new AccessToken(
        SecretText.parse(token.getBytes(UTF_8), SecretKind.TOKEN, origin).text(),
        expires(fields, token, now),
        text(fields, "refresh_token"));
  }

  private static @Nullable Instant expires(JsonObject fields, String token, Instant now) {
    JsonElement seconds = fields.get("expires_in");
    if (seconds != null && seconds.isJsonPrimitive()) {
      try {
        return now.plusSeconds(Math.max(0, Math.min(MOST_SECONDS, seconds.getAsLong())));
      } catch (NumberFormatException e) {
        // Without a valid number, the lifetime is unknown, as without the field.
        return SecretText.expiry(token);
      }
    }
    return SecretText.expiry(token);
  }

  /** Returns the server's reason, which section 5.2 defines. */
  private static String reason(int status, @Nullable JsonObject fields) {
    String error = fields == null ? null : text(fields, "error");
    if (error == null) {
      return "HTTP status " + status;
    }
    String description = fields == null ? null : text(fields, "error_description");
    return line(description == null ? error : error + ": " + description);
  }

  private static String line(String text) {
    return PrintableText.line(
        text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "…" : text);
  }

  private static @Nullable JsonObject object(byte[] body) {
    try {
      JsonElement element = JsonParser.parseString(new String(body, UTF_8));
      return element.isJsonObject() ? element.getAsJsonObject() : null;
    } catch (JsonParseException e) {
      return null; // the caller reports it without the text, which may contain a token
    }
  }

  private static @Nullable String text(JsonObject fields, String name) {
    JsonElement value = fields.get(name);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : null;
  }

  @Override
  public String toString() {
    return "AccessToken[expires=" + expires + "]";
  }
}
