package dev.grpcos.gateway;

import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.SocketConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.listener.BoundListener;
import dev.grpcos.gateway.listener.SocketListener;
import dev.grpcos.gateway.listener.SocketListeners;
import dev.grpcos.gateway.listener.SocketUse;
import dev.grpcos.gateway.listener.UnixSocket;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketRights;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of a gateway: the owner's, those of the configuration, and shared ones. Safe for use
 * by any thread. Methods that open, change or remove sockets wait for event loops, so they must not
 * run on one.
 */
final class Sockets {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway");

  /** The end of the names of shared sockets, before a number. */
  private static final String SHARE = ".share-";

  private static final int MOST_SHARED = 256;

  private final Random random = new Random();
  private final SocketListeners listeners;
  private final EventLoopGroup loops;
  private final Path path;

  /** The files of the owner's socket until it is bound. */
  private @Nullable UnixSocket unbound;

  private Map<String, ChannelHandler> companions = Map.of();
  private volatile @Nullable SocketListener owner;

  /** The sockets of the configuration by path, in its order; unmodifiable. */
  private volatile Map<Path, SocketListener> configured = Map.of();

  private final List<SocketListener> shared = new CopyOnWriteArrayList<>();

  /** Removed sockets through which calls are still in flight. */
  private final List<SocketListener> removed = new CopyOnWriteArrayList<>();

  private boolean stopped;

  /** Creates the sockets of a gateway that listens on none yet. */
  Sockets(UnixSocket own, SocketListeners listeners, EventLoopGroup loops) {
    this.unbound = own;
    this.path = own.path();
    this.listeners = listeners;
    this.loops = loops;
  }

  /** Returns the absolute path of the owner's socket. */
  Path path() {
    return path;
  }

  /** Sets the handlers of the companions' connections by suffix; called once, first. */
  synchronized void companions(Map<String, ChannelHandler> handlers) {
    companions = Map.copyOf(handlers);
  }

  /** Binds and publishes the owner's socket. */
  synchronized void openOwners() throws GatewayException {
    UnixSocket files = unbound;
    if (files == null) {
      throw new IllegalStateException("the owner's socket is open");
    }
    unbound = null;
    removeLeftShares();
    SocketListener opened =
        listeners.bind(files, new SocketAccess(path, SocketRights.OWNER), companions);
    owner = opened;
    opened.publish();
  }

  /** Returns the number of open gRPC connections. */
  int connections() {
    return BoundListener.connections(all());
  }

  /** Returns the number of open gRPC connections by the label of the socket. */
  Map<String, Integer> connectionsBySocket() {
    return BoundListener.connectionsByLabel(all());
  }

  /** Returns the use of all sockets, and of removed ones with calls in flight. */
  SocketUse use() {
    return BoundListener.use(all());
  }

  /** Removes all files; clients that found a socket before are accepted until it is closed. */
  synchronized void unpublish() {
    all().forEach(SocketListener::unpublish);
  }

  /** Returns whether the file at the path of the owner's socket is still this gateway's. */
  boolean isIntact() {
    SocketListener opened = owner;
    return opened != null && opened.isIntact();
  }

  /** Returns the access of the sockets other than the owner's. */
  List<SocketAccess> narrowed() {
    return Stream.concat(configured.values().stream(), shared.stream())
        .map(SocketListener::access)
        .toList();
  }

  /**
   * Prepares the sockets of a configuration. Those that are new are bound, and appear when the
   * change is committed.
   *
   * @throws GatewayException if one of them cannot be bound; nothing has changed then
   */
  synchronized SocketsChange prepare(GatewayConfig config) throws GatewayException {
    Map<SocketConfig, SocketListener> next = new LinkedHashMap<>();
    List<SocketListener> bound = new ArrayList<>();
    try {
      for (SocketConfig socket : config.sockets()) {
        SocketListener known = configured.get(socket.path());
        if (known != null && known.isIntact()) {
          next.put(socket, known);
        } else {
          Set<Path> others = new HashSet<>();
          config.sockets().forEach(other -> others.add(other.path()));
          others.remove(socket.path());
          SocketListener made = bind(socket, others);
          bound.add(made);
          next.put(socket, made);
        }
      }
    } catch (GatewayException | RuntimeException e) {
      bound.forEach(Sockets::discard);
      throw e;
    }
    return new SocketsChange() {
      @Override
      public void narrow() {
        restrict(next);
      }

      @Override
      public void commit() {
        swap(next, config.drain());
      }

      @Override
      public void discard() {
        bound.forEach(Sockets::discard);
      }
    };
  }

  /**
   * Binds a socket that does not appear yet.
   *
   * @param others the paths of the configuration's other sockets
   */
  private SocketListener bind(SocketConfig socket, Set<Path> others) throws GatewayException {
    if (isSame(socket.path(), path)) {
      throw new GatewayException(
          "socket %s is the gateway's own: give the further socket another path"
              .formatted(socket.path()));
    }
    Stream<Path> paths =
        Stream.concat(others.stream(), shared.stream().map(listener -> listener.access().path()));
    Path same = paths.filter(other -> isSame(socket.path(), other)).findFirst().orElse(null);
    if (same != null) {
      throw new GatewayException(
          "socket %s is the same as socket %s: give it another path"
              .formatted(socket.path(), same));
    }
    return listeners.bind(
        UnixSocket.further(socket.listen(), List.copyOf(companions.keySet())),
        new SocketAccess(socket.path(), SocketRights.of(socket)),
        companions);
  }

  /** Returns whether two paths lead to the same socket, perhaps through symbolic links. */
  private static boolean isSame(Path one, Path other) {
    try {
      return Objects.equals(one.getFileName(), other.getFileName())
          && Files.isSameFile(one.resolveSibling("."), other.resolveSibling("."));
    } catch (IOException e) {
      return one.equals(other); // a folder does not exist yet, or cannot be read
    }
  }

  private static void discard(SocketListener listener) {
    listener.stopAccepting();
    listener.closeNow();
  }

  /** Opens a socket that exists until {@link #unshare}. */
  synchronized SocketListener share(SocketConfig socket) throws GatewayException {
    if (stopped) {
      throw new GatewayException("the gateway is stopping");
    }
    if (shared.size() >= MOST_SHARED) {
      throw new GatewayException(
          "the gateway shares %d sockets, its limit: end one of them first".formatted(MOST_SHARED));
    }
    SocketListener opened = bind(socket, configured.keySet());
    try {
      opened.publish();
    } catch (GatewayException e) {
      discard(opened);
      throw e;
    }
    shared.add(opened);
    return opened;
  }

  /** Removes a shared socket, and ends its connections. */
  synchronized void unshare(SocketListener listener) {
    if (shared.remove(listener) && !stopped) {
      discard(listener);
    }
  }

  /** Returns a path beside the owner's socket that is not used. */
  Path unusedPath() {
    while (true) {
      String number = String.format(Locale.ROOT, "%04x", random.nextInt(1 << 16));
      Path candidate = path.resolveSibling(path.getFileName() + SHARE + number);
      if (!Files.exists(candidate, LinkOption.NOFOLLOW_LINKS)) {
        return candidate;
      }
    }
  }

  /** Removes the shared sockets of a killed gateway; the lock guarantees that none uses them. */
  private void removeLeftShares() {
    String prefix = path.getFileName() + SHARE;
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            path.resolveSibling("."),
            file -> String.valueOf(file.getFileName()).startsWith(prefix))) {
      for (Path file : files) {
        UnixSocket.removeLeft(file);
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.log(Level.WARNING, "shared sockets of another gateway cannot be removed", e);
    }
  }

  /** Takes away the rights that the sockets do not have in the next configuration. */
  private synchronized void restrict(Map<SocketConfig, SocketListener> next) {
    Map<SocketListener, SocketRights> rights = new HashMap<>();
    next.forEach((socket, listener) -> rights.put(listener, SocketRights.of(socket)));
    for (SocketListener listener : configured.values()) {
      SocketAccess access = listener.access();
      access.change(
          SocketRights.common(access.rights(), rights.getOrDefault(listener, SocketRights.NONE)));
    }
  }

  private synchronized void swap(Map<SocketConfig, SocketListener> next, Duration drain) {
    Set<SocketListener> before = Set.copyOf(configured.values());
    Map<Path, SocketListener> after = new LinkedHashMap<>();
    List<SocketListener> dropped = new ArrayList<>(configured.values());
    dropped.removeAll(next.values());
    dropped.forEach(listener -> remove(listener, drain));
    next.forEach(
        (socket, listener) -> {
          boolean known = before.contains(listener);
          if (known) {
            listener.access().change(SocketRights.of(socket));
            listener.change(socket.listen());
          }
          if (known || publish(listener)) {
            after.put(socket.path(), listener);
          }
        });
    configured = Collections.unmodifiableMap(after);
  }

  private boolean publish(SocketListener listener) {
    try {
      listener.publish();
      return true;
    } catch (GatewayException e) {
      LOG.log(Level.ERROR, "{0}", e.getMessage());
      discard(listener);
      return false;
    }
  }

  /** Removes a socket: it allows no further call, and calls in flight may finish for a while. */
  private synchronized void remove(SocketListener listener, Duration drain) {
    listener.access().change(SocketRights.NONE);
    listener.stopAccepting();
    removed.add(listener);
    var unused =
        loops.next().schedule(() -> end(listener), drain.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void end(SocketListener listener) {
    if (removed.remove(listener)) {
      listener.closeNow();
    }
  }

  private List<SocketListener> all() {
    List<SocketListener> all = new ArrayList<>(removed);
    all.addAll(configured.values());
    all.addAll(shared);
    SocketListener opened = owner;
    if (opened != null) {
      all.add(opened);
    }
    return all;
  }

  /** Removes all files, and accepts no more connections; calls in flight continue. */
  synchronized void stopAccepting() {
    if (stopped) {
      return;
    }
    stopped = true;
    SocketListener opened = owner;
    if (opened != null) {
      opened.stopAccepting();
    } else if (unbound != null) {
      release(unbound);
    }
    configured.values().forEach(SocketListener::stopAccepting);
    shared.forEach(SocketListener::stopAccepting);
  }

  private static void release(UnixSocket files) {
    try {
      files.release();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "socket " + files.path() + " cannot be released", e);
    }
  }

  /** Waits until all gRPC connections are closed, at most until this nano time. */
  void awaitCalls(long end) throws InterruptedException {
    for (SocketListener each : all()) {
      each.awaitCalls(until(end));
    }
  }

  /** Waits until all connections of companions are closed, at most until this nano time. */
  void awaitCompanions(long end) throws InterruptedException {
    for (SocketListener each : all()) {
      each.awaitCompanions(until(end));
    }
  }

  /** Ends all gRPC connections. */
  void endCalls() {
    all().forEach(SocketListener::endCalls);
  }

  /** Closes all connections of companions. */
  void closeCompanions() {
    all().forEach(SocketListener::closeCompanions);
  }

  private static Duration until(long end) {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }
}
