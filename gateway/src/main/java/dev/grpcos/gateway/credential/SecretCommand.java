package dev.grpcos.gateway.credential;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that prints a secret.
 *
 * @param command the program and its arguments
 * @param refresh the time between two runs if the secret has no expiry
 * @param timeout the longest time that the program may run
 */
record SecretCommand(List<String> command, SecretKind kind, Duration refresh, Duration timeout)
    implements SecretReader {
  @Override
  public SecretText read(@Nullable SecretText last) throws IOException, InterruptedException {
    String name = kind.noun() + " command " + command.get(0);
    return SecretText.parse(new ProgramRun(command, name, timeout).output(new byte[0]), kind, name);
  }

  @Override
  public Duration readAgain(SecretText text, Instant now) {
    return text.expires() == null ? refresh : RenewalTime.until(text.expires(), now);
  }

  @Override
  public boolean isSlow() {
    return true;
  }
}
