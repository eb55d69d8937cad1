package dev.grpcos.gateway.policy;

import dev.grpcos.gateway.call.TakenRoute;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The access that one socket, or the TCP address, of the gateway gives: its current rights, and the
 * calls made through it. Each accepted connection carries it. Safe for use by any thread.
 */
public final class SocketAccess {
  private static final AttributeKey<SocketAccess> KEY =
      AttributeKey.valueOf("dev.grpcos.gateway.socket");

  /** The number in the name that the gateway gave a shared socket. */
  private static final Pattern NUMBER = Pattern.compile("(?<=\\.share)-[0-9a-f]{4}$");

  private final @Nullable Path path;
  private final String name;
  private final String label;
  private final LongAdder calls = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile SocketRights rights;

  public SocketAccess(Path path, SocketRights rights) {
    this(path, String.valueOf(path.getFileName()), rights);
  }

  private SocketAccess(@Nullable Path path, String name, SocketRights rights) {
    this.path = path;
    this.name = name;
    this.label = NUMBER.matcher(name).replaceFirst("");
    this.rights = rights;
  }

  /**
   * Returns the access that a TCP address gives.
   *
   * @param address the IP address and the port
   */
  public static SocketAccess ofAddress(String address, SocketRights rights) {
    return new SocketAccess(null, address, rights);
  }

  /** Returns the access of the socket that accepted this connection. */
  static SocketAccess of(Channel connection) {
    return Objects.requireNonNull(connection.attr(KEY).get(), "the connection's socket");
  }

  /** Marks a connection that the socket has accepted. */
  public void mark(Channel connection) {
    connection.attr(KEY).set(this);
  }

  /** Returns the absolute path of the Unix socket. */
  public Path path() {
    return Objects.requireNonNull(path, "a TCP address has no path");
  }

  /** Returns the absolute path of the Unix socket; null for a TCP address. */
  public @Nullable Path unixPath() {
    return path;
  }

  /** Returns the file name of the Unix socket, or the TCP address. */
  public String name() {
    return name;
  }

  /** Returns whether this is the name, or the path of the Unix socket. */
  public boolean isCalled(String nameOrPath) {
    return name.equals(nameOrPath) || (path != null && path.toString().equals(nameOrPath));
  }

  /**
   * Returns the name for counters. All sockets that the gateway named itself have the same, because
   * their number is not limited in the long run.
   */
  public String label() {
    return label;
  }

  /** Returns the name for messages, after the kind of address that it is. */
  String text() {
    return (path == null ? "address " : "socket ") + name;
  }

  public SocketRights rights() {
    return rights;
  }

  /** Returns whether this is the owner's socket. */
  public boolean isOwners() {
    return rights instanceof SocketRights.OwnerRights;
  }

  /** Replaces the rights, for later calls on open connections too. */
  public void change(SocketRights next) {
    rights = next;
  }

  /** Returns the number of calls so far, including refused calls. */
  public long calls() {
    return calls.sum();
  }

  /** Returns the number of calls that the socket did not allow. */
  public long refused() {
    return refused.sum();
  }

  /** Counts a call; reflection, which every socket allows, counts only if the socket names it. */
  void count(String method, TakenRoute route, boolean allowed) {
    if (!allowed) {
      calls.increment();
      refused.increment();
    } else if (rights.offers(method, route)) {
      calls.increment();
    }
  }
}
