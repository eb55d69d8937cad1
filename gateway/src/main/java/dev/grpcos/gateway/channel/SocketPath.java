package dev.grpcos.gateway.channel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Diagnoses the path of a Unix socket, for which the kernel only reports a refused connection. */
public final class SocketPath {
  private SocketPath() {}

  /**
   * Returns the problem of a path at which no server can listen, or an empty value if there is
   * none.
   */
  public static Optional<String> problem(Path path) {
    if (Files.notExists(path)) { // nor does a broken link
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
