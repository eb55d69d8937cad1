package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.config.SecretSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The secret value of a header, which is read when it is needed, and again when its source asks for
 * that. Safe for use by any thread; a reading blocks.
 */
public final class SecretValue {
  private final SecretReader reader;
  private @Nullable SecretText last;
  private @Nullable Instant again;

  public SecretValue(SecretSource secret) {
    this.reader = SecretReader.of(secret, SecretKind.HEADER_VALUE);
  }

  /**
   * Returns the secret.
   *
   * @throws IOException if there is none; the message is one line
   */
  public synchronized String get() throws IOException, InterruptedException {
    Instant now = Instant.now();
    SecretText known = last;
    if (known != null && again != null && now.isBefore(again)) {
      return known.text();
    }
    SecretText text = reader.read(known);
    Duration wait = reader.readAgain(text, now);
    last = text;
    again = wait == null ? Instant.MAX : now.plus(wait);
    return text.text();
  }
}
