package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token in an environment variable. It is read once, because it cannot change while the gateway
 * runs.
 */
record TokenVariable(String name) implements TokenSource {
  @Override
  public Token read(@Nullable Token last) throws IOException {
    String value = System.getenv(name);
    if (value == null) {
      throw new IOException("environment variable " + name + " is not set");
    }
    return new Token(
        Token.parse(value.getBytes(UTF_8), "environment variable " + name).value(), null);
  }

  @Override
  public @Nullable Duration readAgain(Token token, Instant now) {
    return null;
  }
}
