package dev.grpcos.gateway.channel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What is at the path of a Unix socket, where the kernel only reports a refused connection. */
public final class SocketPath {
  private SocketPath() {}

  /** The problem with a path that no server can listen at; empty where there is something else. */
  public static Optional<String> problem(Path path) {
    if (Files.notExists(path)) { // nor does a link that leads nowhere
      return Optional.of("no such socket");
    }
    if (Files.isDirectory(path)) {
      return Optional.of("it is a folder, not a socket");
    }
    return Files.isRegularFile(path)
        ? Optional.of("it is a regular file, not a socket")
        : Optional.empty();
  }
}
