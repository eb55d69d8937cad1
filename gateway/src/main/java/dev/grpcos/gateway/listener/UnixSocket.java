package dev.grpcos.gateway.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.peer.PeerIdentity;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The path {@code P} of a socket, and the paths of its companions, owned by this process.
 *
 * <p>Netty unlinks the file at a path when it binds it, and again when it closes. So a socket is
 * bound at {@link #bindingPath} in the private folder {@code P.new}, {@link #prepare} sets its mode
 * and group, and {@link #publish} renames it into place. After a {@code SIGKILL} at any moment, the
 * next gateway finds no lock, perhaps a socket without a listener, and perhaps {@code P.new}; it
 * replaces the former and removes the latter.
 *
 * <p>The owner's socket has a lock. Any other socket has none, so that its folder contains nothing
 * else and can be shared: a path with a listener is never taken.
 *
 * <p>Not thread-safe; used by one thread at a time.
 */
public final class UnixSocket {
  /** The maximum length of a path in {@code sun_path}, without the null byte at its end. */
  private static final int SUN_PATH = 107;

  /** The suffix of the private folder. */
  private static final String PRIVATE = ".new";

  /** The kernel's error for a socket file without a listener. */
  private static final String ECONNREFUSED = "error(-111)";

  private final Path path;
  private final List<String> suffixes;
  private final @Nullable SocketLock lock;

  /** The socket at {@code P} if it belongs to systemd, which created it and keeps it. */
  private final OptionalInt adopted;

  private ListenConfig config;

  /** Device and inode of each published socket by its path, in the order of publishing. */
  private final Map<Path, Object> published = new LinkedHashMap<>();

  /** Whether this object has created the private folder, and not removed it yet. */
  private boolean hasPrivateFolder;

  private UnixSocket(
      ListenConfig config,
      List<String> companions,
      OptionalInt adopted,
      @Nullable SocketLock lock) {
    this.path = config.socket();
    this.config = config;
    this.suffixes = Stream.concat(companions.stream(), Stream.of("")).toList();
    this.adopted = adopted;
    this.lock = lock;
  }

  /**
   * Takes ownership of the path of the owner's socket. Files of running processes are not changed.
   *
   * @param companions the suffixes of the companions
   * @param adopted the descriptor of the socket, if it already exists and was passed to this
   *     process
   * @throws GatewayException if the path cannot be used, with the reason and the remedy
   */
  public static UnixSocket own(ListenConfig listen, List<String> companions, OptionalInt adopted)
      throws GatewayException {
    ListenConfig config = listen.absolute();
    Path path = config.socket();
    checkPath(path, companions);
    // Checked before the lock, to report the pid of a server that takes no lock, and because this
    // process may have the lock, see SocketLock.
    if (adopted.isEmpty()) {
      checkFree(path);
    }
    SocketLock lock = SocketLock.take(path, sibling(path, ".lock"));
    return new UnixSocket(config, companions, adopted, lock).withPrivateFolder();
  }

  /**
   * Takes the path of a further socket, without a lock.
   *
   * @throws GatewayException if the path cannot be used, with the reason and the remedy
   */
  public static UnixSocket further(ListenConfig listen, List<String> companions)
      throws GatewayException {
    ListenConfig config = listen.absolute();
    SocketFiles.createFolders(config);
    checkPath(config.socket(), companions);
    for (String suffix : companions) {
      checkFree(sibling(config.socket(), suffix));
    }
    checkFree(config.socket());
    return new UnixSocket(config, companions, OptionalInt.empty(), null).withPrivateFolder();
  }

  /**
   * Checks that no gateway owns a path. The process must not contain a gateway, see {@code
   * SocketLock}.
   *
   * @throws GatewayException if another process owns it, with its pid
   */
  public static void requireNoOwner(Path socket) throws GatewayException {
    SocketLock.requireFree(socket, sibling(socket, ".lock"));
  }

  /** Removes a socket, or the private folder of a socket, that a killed gateway has left. */
  public static void removeLeft(Path file) throws IOException {
    if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(file);
    } else if (file.toString().endsWith(PRIVATE)) {
      removePrivateFolder(file);
    }
  }

  private UnixSocket withPrivateFolder() throws GatewayException {
    try {
      removePrivateFolder();
      Files.createDirectory(
          privateFolder(), PosixFilePermissions.asFileAttribute(SocketFiles.PRIVATE));
      hasPrivateFolder = true;
      return this;
    } catch (IOException e) {
      GatewayException failure =
          SocketFiles.failed("private folder " + privateFolder() + " cannot be created", e);
      releaseAfter(failure);
      throw failure;
    }
  }

  public Path path() {
    return path;
  }

  /** Returns the descriptor of a socket that was passed to this process. */
  OptionalInt adopted() {
    return adopted;
  }

  /**
   * Returns the address to bind for the socket with this suffix, which is empty for {@code P}
   * itself.
   */
  DomainSocketAddress bindingPath(String suffix) {
    return new DomainSocketAddress(bound(suffix).toString());
  }

  private Path bound(String suffix) {
    return privateFolder().resolve(Integer.toString(suffixes.indexOf(suffix)));
  }

  /** Sets the mode and group of the bound sockets. */
  void prepare() throws GatewayException {
    for (String suffix : suffixes) {
      if (isOwn(suffix)) {
        Path target = sibling(path, suffix);
        try {
          SocketFiles.setAccess(bound(suffix), config.mode(), config.group());
        } catch (IOException e) {
          throw SocketFiles.failed(
              "socket %s cannot be created (mode %04o, group %s)"
                  .formatted(target, config.mode(), config.group()),
              e);
        }
      }
    }
  }

  /** Returns whether the socket with this suffix was created by this process. */
  private boolean isOwn(String suffix) {
    return adopted.isEmpty() || !suffix.isEmpty();
  }

  /** Renames the bound sockets to their paths, {@code P} last, and removes the private folder. */
  void publish() throws GatewayException {
    try {
      for (String suffix : suffixes) {
        Path target = sibling(path, suffix);
        Path bound = isOwn(suffix) ? bound(suffix) : target;
        if (isOwn(suffix)) {
          checkFree(target);
        }
        published.put(target, Objects.requireNonNull(SocketFiles.socketAt(bound), "bound socket"));
        if (isOwn(suffix)) {
          Files.move(bound, target, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      removePrivateFolder();
      hasPrivateFolder = false;
    } catch (IOException e) {
      throw SocketFiles.failed("socket " + path + " cannot be created", e);
    }
  }

  /** Sets another mode and group. */
  void change(ListenConfig next) throws IOException {
    config = next.absolute();
    for (Map.Entry<Path, Object> each : published.entrySet()) {
      if (each.getValue().equals(SocketFiles.keyAt(each.getKey()))) {
        SocketFiles.setAccess(each.getKey(), config.mode(), config.group());
      }
    }
  }

  /** Returns whether the file at {@code P} is still this socket. */
  boolean isIntact() {
    return Objects.equals(published.get(path), SocketFiles.keyAt(path));
  }

  /**
   * Removes each socket that still belongs to this gateway, {@code P} first; leaves other files
   * alone.
   */
  void unlink() throws IOException {
    List<Path> paths = new ArrayList<>(published.keySet());
    Collections.reverse(paths);
    if (adopted.isPresent()) {
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
    try {
      if (hasPrivateFolder) { // otherwise, a folder there belongs to a successor
        removePrivateFolder();
      }
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }

  /** Releases the path after a failure, to which it adds its own. */
  void releaseAfter(Exception failure) {
    try {
      release();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private Path privateFolder() {
    return sibling(path, PRIVATE);
  }

  /** Removes the private folder and the sockets in it, which a killed process may have left. */
  private void removePrivateFolder() throws IOException {
    removePrivateFolder(privateFolder());
  }

  private static void removePrivateFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
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
            "socket %s exists, but it is unknown whether it is in use (%s): remove it if it is not"
                .formatted(path, e.getMessage()),
            e);
      }
    } catch (IOException e) {
      throw SocketFiles.failed("socket " + path + " cannot be probed", e);
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

  /** Rejects a path that is too long, or in a folder in which others could replace the socket. */
  private static void checkPath(Path path, List<String> suffixes) throws GatewayException {
    int bytes = path.toString().getBytes(UTF_8).length;
    int longest = suffixes.stream().mapToInt(String::length).max().orElse(0);
    int most = SUN_PATH - Math.max(longest, (PRIVATE + "/0").length());
    if (bytes > most) {
      throw new GatewayException(
          "socket path %s has %d bytes, but at most %d fit with its companions: use a shorter one"
              .formatted(path, bytes, most));
    }
    SocketFiles.claimFolder(Objects.requireNonNull(path.getParent(), "an absolute path's parent"));
  }

  private static Path sibling(Path path, String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }
}
