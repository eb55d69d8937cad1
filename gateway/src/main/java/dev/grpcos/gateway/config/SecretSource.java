package dev.grpcos.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The source of a secret. The configuration itself never contains secrets. */
public sealed interface SecretSource {
  /**
   * A file that contains the secret, optionally followed by a line feed; read again when it
   * changes.
   *
   * @param path an absolute path; the file need not exist yet
   */
  record OfFile(Path path) implements SecretSource {}

  /**
   * An environment variable of the gateway.
   *
   * @param name the name of a variable that was set when the configuration was read
   */
  record OfEnvironment(String name) implements SecretSource {}

  /**
   * A program that prints the secret.
   *
   * @param command the absolute path of the program, and its arguments
   * @param refresh how long the output is used if the token itself has no expiry
   */
  record OfCommand(List<String> command, Duration refresh) implements SecretSource {
    public OfCommand {
      command = List.copyOf(command);
    }
  }
}
