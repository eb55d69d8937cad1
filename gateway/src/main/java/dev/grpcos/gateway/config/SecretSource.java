package dev.grpcos.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Where a secret comes from. It never stands in the configuration itself. */
public sealed interface SecretSource {
  /**
   * A file that holds it, perhaps with a line feed behind it; read again when it changes.
   *
   * @param path absolute; it need not be there yet
   */
  record OfFile(Path path) implements SecretSource {}

  /**
   * An environment variable of the gateway.
   *
   * @param name of a variable that was set when the configuration was read
   */
  record OfEnvironment(String name) implements SecretSource {}

  /**
   * A program that prints it.
   *
   * @param command the absolute path of the program, and its arguments
   * @param refresh how long what it printed is used where the token itself does not tell
   */
  record OfCommand(List<String> command, Duration refresh) implements SecretSource {
    public OfCommand {
      command = List.copyOf(command);
    }
  }
}
