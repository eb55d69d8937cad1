package dev.grpcos.gateway.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A secret in an environment variable. It is read once, because it cannot change while the gateway
 * runs.
 */
record SecretVariable(String name, SecretKind kind) implements SecretReader {
  @Override
  public SecretText read(@Nullable SecretText last) throws IOException {
    String value = System.getenv(name);
    if (value == null) {
      throw new IOException("environment variable " + name + " is not set");
    }
    return SecretText.parse(value.getBytes(UTF_8), kind, "environment variable " + name)
        .withoutExpiry();
  }

  @Override
  public @Nullable Duration readAgain(SecretText text, Instant now) {
    return null;
  }
}
