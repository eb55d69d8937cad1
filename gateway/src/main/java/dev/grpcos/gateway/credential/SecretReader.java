package dev.grpcos.gateway.credential;

import dev.grpcos.gateway.config.SecretSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads a secret from its source. Its methods may block; one thread uses it at a time. */
interface SecretReader {
  /** Returns the reader of this source. */
  static SecretReader of(SecretSource source, SecretKind kind) {
    if (source instanceof SecretSource.OfFile file) {
      return new SecretFile(file.path(), kind);
    }
    if (source instanceof SecretSource.OfEnvironment variable) {
      return new SecretVariable(variable.name(), kind);
    }
    SecretSource.OfCommand program = (SecretSource.OfCommand) source;
    return new SecretCommand(program.command(), kind, program.refresh(), ProgramRun.TIMEOUT);
  }

  /**
   * Reads the secret.
   *
   * @param last the result of the last reading, or null
   * @throws IOException if there is no secret; the message is one line for the caller
   */
  SecretText read(@Nullable SecretText last) throws IOException, InterruptedException;

  /** Returns the time until the next reading, or null if there is none. */
  @Nullable Duration readAgain(SecretText text, Instant now);

  /** Returns whether a reading may take seconds. */
  default boolean isSlow() {
    return false;
  }
}
