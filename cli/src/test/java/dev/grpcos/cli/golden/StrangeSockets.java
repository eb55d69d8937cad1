package dev.grpcos.cli.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Map;

/**
 * Sockets that are no gateway's: {@code STALE}, on which nobody listens any more, and {@code
 * SILENT}, which takes connections and says nothing.
 */
final class StrangeSockets implements AutoCloseable {
  private static final int BACKLOG = 64;

  private final Path stale;
  private final Path silent;
  private final ServerSocketChannel listening;

  /** Makes them in this folder. */
  StrangeSockets(Path folder) throws IOException {
    stale = folder.resolve("stale.sock");
    silent = folder.resolve("silent.sock");
    listen(stale).close(); // Java leaves the file where it is
    listening = listen(silent); // the kernel takes connections for whoever never accepts them
  }

  /** Where they are, by name. */
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
