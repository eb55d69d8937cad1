package dev.grpcos.gateway.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a gateway.
 *
 * @param socket the Unix socket's path
 * @param mode the sockets' permission bits, as for {@code chmod}
 * @param group the sockets' group, by name or number; null for the default of the system
 */
public record ListenConfig(Path socket, int mode, @Nullable String group) {
  public ListenConfig {
    if (mode < 0 || mode > 0777) {
      throw new IllegalArgumentException(
          "mode is " + Integer.toOctalString(mode) + ": octal, between 0000 and 0777");
    }
    if (group != null && group.isBlank()) {
      throw new IllegalArgumentException("group is blank: give a name, or leave it out");
    }
  }
}
