package dev.grpcos.gateway.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of a socket.
 *
 * @param socket the path of the Unix socket
 * @param mode the permission bits of the socket and its companions, as in {@code chmod}
 * @param group their group, by name or number; null for the gateway's own group
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

  /** Returns this configuration with an absolute path. */
  public ListenConfig absolute() {
    return new ListenConfig(socket.toAbsolutePath(), mode, group);
  }
}
