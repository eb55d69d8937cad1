package dev.grpcos.cli.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Map;

/**
 * Sockets without a gateway: {@code STALE}, without a listener, and {@code SILENT}, which accepts
 * connections and never answers.
 */
final class UnresponsiveSockets implements AutoCloseable {
  private static final int BACKLOG = 64;

  private final Path stale;
  private final Path silent;
  private final ServerSocketChannel listening;

  /** Creates both sockets in this folder. */
  UnresponsiveSockets(Path folder) throws IOException {
    stale = folder.resolve("stale.sock");
    silent = folder.resolve("silent.sock");
    listen(stale).close(); // Java does not remove the file
    listening = listen(silent); // the kernel completes connections that are never accepted
  }

  /** Returns the paths, by name. */
  Map<String, Path> paths() {
    return Map.of("STALE", stale, "SILENT", silent);
  }

  private static ServerSocketChannel listen(Path path) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(path), BACKLOG);
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
