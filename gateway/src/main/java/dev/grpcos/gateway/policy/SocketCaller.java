package dev.grpcos.gateway.policy;

import dev.grpcos.gateway.peer.PeerIdentity;
import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.Objects;

/**
 * The caller of a connection or a call: its identity, and the socket or the TCP address through
 * which it came.
 *
 * @param peer the identity, from the kernel, or over TCP from the configuration
 * @param socket the socket, or the TCP address, that accepted the connection
 */
public record SocketCaller(PeerIdentity peer, SocketAccess socket) {
  private static final Attributes.Key<SocketCaller> KEY =
      Attributes.Key.create("dev.grpcos.gateway.caller");

  /**
   * Returns the caller of a connection that the gateway accepted. Call this method on the
   * connection's event loop.
   */
  public static SocketCaller of(Channel connection) throws IOException {
    return new SocketCaller(PeerIdentity.of(connection), SocketAccess.of(connection));
  }

  /** Returns the caller of a connection that the gateway has accepted before. */
  public static SocketCaller known(Channel connection) {
    return new SocketCaller(PeerIdentity.known(connection), SocketAccess.of(connection));
  }

  /** Returns the caller of a call. */
  public static SocketCaller of(ServerCall<?, ?> call) {
    return Objects.requireNonNull(call.getAttributes().get(KEY), "the call's caller");
  }

  /**
   * Returns whether this is the gateway's user or root at the owner's socket, for whom a part of
   * the limits is reserved. A process of the same user with another socket must not use it up.
   */
  public boolean hasReserve() {
    return socket.isOwners() && PeerIdentity.isPrivileged(peer.share());
  }

  /** Returns these attributes of a connection or a call, with the caller added. */
  public Attributes addTo(Attributes attributes) {
    return peer.addTo(attributes).toBuilder().set(KEY, this).build();
  }
}
