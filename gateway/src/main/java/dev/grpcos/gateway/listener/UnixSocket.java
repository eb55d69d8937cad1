package dev.grpcos.gateway.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The path {@code P} of a gateway's socket, and the paths of its companions, owned by this process.
 *
 * <p>Netty unlinks the file at a path when it binds it, and again when it closes. So a socket is
 * bound at {@link #bindingPath} in the private folder {@code P.new}, and {@link #publish} renames
 * it into place once its mode is right. After a {@code SIGKILL} at any moment, the next gateway
 * finds no lock, perhaps a socket without a listener, and perhaps {@code P.new}; it replaces the
 * former and removes the latter.
 *
 * <p>Not thread-safe; used by one thread at a time.
 */
public final class UnixSocket {
  /** The maximum length of a path in {@code sun_path}, without the null byte at its end. */
  private static final int SUN_PATH = 107;

  /** The kernel's error for a socket file without a listener. */
  private static final String ECONNREFUSED = "error(-111)";

  private final Path path;
  private final GatewayConfig config;
  private final SocketLock lock;

  /** Whether the socket at {@code P} belongs to systemd, which created it and keeps it. */
  private final boolean adopted;

  /** Device and inode of each published socket by its path, in the order of publishing. */
  private final Map<Path, Object> published = new LinkedHashMap<>();

  private UnixSocket(Path path, GatewayConfig config, boolean adopted, SocketLock lock) {
    this.path = path;
    this.adopted = adopted;
    this.config = config;
    this.lock = lock;
  }

  /**
   * Takes ownership of the path. Files of running processes are not changed.
   *
   * @param suffixes the suffixes of the companions
   * @param adopted whether the socket already exists and was passed to this process
   * @throws GatewayException if the path cannot be used, with the reason and the remedy
   */
  public static UnixSocket own(GatewayConfig config, List<String> suffixes, boolean adopted)
      throws GatewayException {
    Path path = config.socket().toAbsolutePath();
    checkLength(path, suffixes);
    SocketFiles.claimFolder(Objects.requireNonNull(path.getParent(), "an absolute path's parent"));
    // Checked before the lock, to report the pid of a server that takes no lock, and because this
    // process may have the lock, see SocketLock.
    if (!adopted) {
      checkFree(path);
    }
    SocketLock lock = SocketLock.take(path, sibling(path, ".lock"));
    UnixSocket socket = new UnixSocket(path, config, adopted, lock);
    try {
      socket.removePrivateFolder();
      Files.createDirectory(
          socket.privateFolder(), PosixFilePermissions.asFileAttribute(SocketFiles.PRIVATE));
      return socket;
    } catch (IOException e) {
      GatewayException failure =
          SocketFiles.failed("private folder " + socket.privateFolder() + " can't be made", e);
      socket.releaseAfter(failure);
      throw failure;
    }
  }

  public Path path() {
    return path;
  }

  /** Returns the address to bind for the socket that {@link #publish} moves into place. */
  public DomainSocketAddress bindingPath() {
    return new DomainSocketAddress(privateFolder().resolve("s").toString());
  }

  /**
   * Sets the group and mode of the socket at {@link #bindingPath}, and renames it to {@code P} with
   * this suffix, which is empty for {@code P} itself.
   */
  public void publish(String suffix) throws GatewayException {
    if (adopted && suffix.isEmpty()) {
      published.put(path, Objects.requireNonNull(SocketFiles.socketAt(path), "adopted socket"));
      return;
    }
    Path bound = Path.of(bindingPath().path());
    Path target = sibling(path, suffix);
    try {
      String group = config.group();
      if (group != null) {
        Files.getFileAttributeView(bound, PosixFileAttributeView.class)
            .setGroup(
                bound
                    .getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByGroupName(group));
      }
      Files.setAttribute(bound, "unix:mode", config.mode());
      checkFree(target);
      published.put(target, Objects.requireNonNull(SocketFiles.socketAt(bound), "bound socket"));
      Files.move(bound, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw SocketFiles.failed(
          "socket %s can't be made (mode %04o, group %s)"
              .formatted(target, config.mode(), config.group()),
          e);
    }
  }

  /** Removes the private folder, after all sockets are in place. */
  public void finish() throws GatewayException {
    try {
      removePrivateFolder();
    } catch (IOException e) {
      throw SocketFiles.failed("private folder " + privateFolder() + " can't be removed", e);
    }
  }

  /** Returns whether the file at {@code P} is still this gateway's socket. */
  public boolean intact() {
    return Objects.equals(published.get(path), SocketFiles.keyAt(path));
  }

  /**
   * Removes each socket that still belongs to this gateway, {@code P} first; leaves other files
   * alone.
   */
  public void unlink() throws IOException {
    List<Path> paths = new ArrayList<>(published.keySet());
    Collections.reverse(paths);
    if (adopted) {
      paths.remove(path);
    }
    for (Path each : paths) {
      if (Objects.equals(published.remove(each), SocketFiles.keyAt(each))) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** Releases the path for a successor. All sockets bound here must be closed first. */
  public void release() throws IOException {
    try (lock) {
      removePrivateFolder();
    }
  }

  private void releaseAfter(Exception failure) {
    try {
      release();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private Path privateFolder() {
    return sibling(path, ".new");
  }

  /** Removes the private folder and the socket in it, which a killed process may have left. */
  private void removePrivateFolder() throws IOException {
    Path folder = privateFolder();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.deleteIfExists(folder.resolve("s"));
    Files.delete(folder);
  }

  /**
   * Rejects a path that is in use: by a file other than a socket, or by a socket with a listener.
   */
  private static void checkFree(Path path) throws GatewayException {
    if (SocketFiles.socketAt(path) == null) {
      return;
    }
    try {
      throw GatewayException.inUse(path, listenerAt(path));
    } catch (FileNotFoundException e) {
      // Its owner has just removed it.
    } catch (ConnectException e) {
      if (!String.valueOf(e.getMessage()).contains(ECONNREFUSED)) {
        throw new GatewayException(
            "socket %s is there but can't be asked whether it is in use (%s): remove it if it is not"
                .formatted(path, e.getMessage()),
            e);
      }
    } catch (IOException e) {
      throw SocketFiles.failed("socket " + path + " can't be probed", e);
    }
  }

  /** Returns the pid of the listener at this path, without waiting for it to accept. */
  private static long listenerAt(Path path) throws IOException {
    Socket probe = Socket.newSocketDomain();
    try {
      probe.connect(new DomainSocketAddress(path.toString()));
      return PeerIdentity.of(new EpollDomainSocketChannel(probe.intValue())).pid();
    } finally {
      probe.close();
    }
  }

  private static void checkLength(Path path, List<String> suffixes) throws GatewayException {
    int bytes = path.toString().getBytes(UTF_8).length;
    int longest = suffixes.stream().mapToInt(String::length).max().orElse(0);
    int most = SUN_PATH - Math.max(longest, ".new/s".length());
    if (bytes > most) {
      throw new GatewayException(
          "socket path %s has %d bytes, but at most %d fit with its companions: use a shorter one"
              .formatted(path, bytes, most));
    }
  }

  private static Path sibling(Path path, String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }
}
