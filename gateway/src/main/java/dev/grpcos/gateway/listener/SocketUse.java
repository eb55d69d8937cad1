package dev.grpcos.gateway.listener;

/**
 * The use of sockets until a point in time.
 *
 * @param total the number of connections so far, including closed and refused ones
 * @param open the number of open connections
 */
public record SocketUse(long total, int open) {
  /** The use of no socket. */
  public static final SocketUse NONE = new SocketUse(0, 0);

  /** Returns the use of these sockets and others. */
  public SocketUse plus(SocketUse other) {
    return new SocketUse(total + other.total, open + other.open);
  }
}
