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
 * The path {@code P} of a gateway's socket, and those of its companions, owned by this process.
 *
 * <p>Netty unlinks whatever stands at a path when it binds it, and again when it closes. So a
 * socket is bound at {@link #bindingPath} in the private folder {@code P.new}, and {@link #publish}
 * renames it into place once its mode is right. After a {@code SIGKILL} at any moment, the next
 * gateway finds no lock, perhaps a socket without a listener, and perhaps {@code P.new}; it takes
 * over the first and removes the second.
 *
 * <p>Not thread-safe; used by one thread at a time.
 */
public final class UnixSocket {
  /** The longest path that fits {@code sun_path} with its end. */
  private static final int SUN_PATH = 107;

  /** What the kernel reports for a socket's file without a listener. */
  private static final String ECONNREFUSED = "error(-111)";

  private final Path path;
  private final GatewayConfig config;
  private final SocketLock lock;

  /** Whether the socket at {@code P} is systemd's, which made it and keeps it. */
  private final boolean adopted;

  /** Device and inode of what was published, by its path, in the order of publishing. */
  private final Map<Path, Object> published = new LinkedHashMap<>();

  private UnixSocket(Path path, GatewayConfig config, boolean adopted, SocketLock lock) {
    this.path = path;
    this.adopted = adopted;
    this.config = config;
    this.lock = lock;
  }

  /**
   * Makes the path this process's own. Nothing that lives is touched.
   *
   * @param suffixes of the companions
   * @param adopted whether the socket itself is there already, and handed over
   * @throws GatewayException if the path can't be used, naming why and the remedy
   */
  public static UnixSocket own(GatewayConfig config, List<String> suffixes, boolean adopted)
      throws GatewayException {
    Path path = config.socket().toAbsolutePath();
    checkLength(path, suffixes);
    SocketFiles.claimFolder(Objects.requireNonNull(path.getParent(), "an absolute path's parent"));
    // Before the lock, for the pid of a server that takes none, and because this very process may
    // have it, see SocketLock.
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

  /** Where to bind the socket that {@link #publish} will put into place. */
  public DomainSocketAddress bindingPath() {
    return new DomainSocketAddress(privateFolder().resolve("s").toString());
  }

  /**
   * Gives the socket at {@link #bindingPath} its group and mode, and renames it to {@code P} and
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

  /** Removes the private folder, once all sockets are in their places. */
  public void finish() throws GatewayException {
    try {
      removePrivateFolder();
    } catch (IOException e) {
      throw SocketFiles.failed("private folder " + privateFolder() + " can't be removed", e);
    }
  }

  /** Whether what stands at {@code P} is still our socket. */
  public boolean intact() {
    return Objects.equals(published.get(path), SocketFiles.keyAt(path));
  }

  /** Removes each socket that is still ours, {@code P} first; leaves alone what is another's. */
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

  /** Lets a successor have the path. All that was bound here must be closed before. */
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

  /** Removes the private folder and the one socket it may hold; a killed process leaves it. */
  private void removePrivateFolder() throws IOException {
    Path folder = privateFolder();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.deleteIfExists(folder.resolve("s"));
    Files.delete(folder);
  }

  /** Refuses a path where something lives: anything but a socket, or a socket that answers. */
  private static void checkFree(Path path) throws GatewayException {
    if (SocketFiles.socketAt(path) == null) {
      return;
    }
    try {
      throw GatewayException.inUse(path, listenerAt(path));
    } catch (FileNotFoundException e) {
      // Removed just now, by an owner that ends.
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

  /** Returns the pid of the listener at this path; does not wait until it accepts. */
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
