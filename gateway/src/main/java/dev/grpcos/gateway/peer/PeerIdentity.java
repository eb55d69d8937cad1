package dev.grpcos.gateway.peer;

import dev.grpcos.gateway.process.OwnProcess;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.unix.Socket;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The identity of the peer of a Unix socket, as the kernel recorded it at {@code connect}, or of a
 * client over TCP, for which the configuration names a user.
 *
 * @param uid the effective user id
 * @param gid the effective group id
 * @param groups the supplementary group ids
 * @param pid the process id, only for the audit line and never for a decision: the process may have
 *     ended, and another one may have the same pid; 0 over TCP
 * @param address the IP address and the port of a client over TCP; null for a Unix socket
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">SO_PEERCRED, SO_PEERGROUPS</a>
 */
public record PeerIdentity(
    int uid, int gid, List<Integer> groups, int pid, @Nullable String address) {
  /**
   * The number under which all clients over TCP share limits. No user has this number. So together
   * they hold no more than one user may, and nothing that is reserved for the gateway's user.
   */
  public static final int TCP_SHARE = -1;

  /** The key of the caller's identity in a call's attributes. */
  static final Attributes.Key<PeerIdentity> ATTRIBUTE =
      Attributes.Key.create("dev.grpcos.gateway.peer");

  /** The identity of a connection's peer, after it was read for the first time. */
  private static final AttributeKey<PeerIdentity> KNOWN =
      AttributeKey.valueOf("dev.grpcos.gateway.peer");

  private static final int ROOT = 0;
  private static final int SELF = OwnProcess.uid();
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERGROUPS = 59;

  /** The kernel's maximum for a process. */
  private static final int NGROUPS_MAX = 65536;

  /** A number that no group has; it marks the unused part of the kernel's answer. */
  private static final int NO_GROUP = -1;

  public PeerIdentity {
    groups = List.copyOf(groups);
  }

  /** Creates the identity of the peer of a Unix socket. */
  public PeerIdentity(int uid, int gid, List<Integer> groups, int pid) {
    this(uid, gid, groups, pid, null);
  }

  /** Returns the identity of the gateway's own user. */
  public static PeerIdentity own() {
    return new PeerIdentity(SELF, OwnProcess.gid(), OwnProcess.groups(), 0);
  }

  /** Returns the identity of a client over TCP, as this user. */
  public PeerIdentity at(String address) {
    return new PeerIdentity(uid, gid, groups, 0, address);
  }

  /** Returns the number of the user among those that share limits. */
  public int share() {
    return address == null ? uid : TCP_SHARE;
  }

  /** Returns the process id or the address, for the log. */
  public String origin() {
    return address == null ? "pid " + pid : address;
  }

  /** Returns whether this is the gateway's own user or root. */
  public static boolean isPrivileged(int uid) {
    return uid == SELF || uid == ROOT;
  }

  /**
   * Returns the identity of this connection's peer, which is read from the kernel once.
   *
   * @param channel an open {@link EpollDomainSocketChannel}, or a connection with an identity that
   *     was assigned; call this method on its event loop, so that the channel is not closed at the
   *     same time
   */
  public static PeerIdentity of(Channel channel) throws IOException {
    Attribute<PeerIdentity> known = channel.attr(KNOWN);
    PeerIdentity peer = known.get();
    if (peer == null) {
      peer = read(channel);
      known.set(peer);
    }
    return peer;
  }

  /**
   * Returns the identity of this connection's peer, which was read or assigned when the connection
   * was accepted.
   */
  public static PeerIdentity known(Channel connection) {
    return Objects.requireNonNull(connection.attr(KNOWN).get(), "the connection's peer");
  }

  /** Assigns this identity to a connection, whose peer the kernel does not identify. */
  public void assignTo(Channel connection) {
    connection.attr(KNOWN).set(this);
  }

  private static PeerIdentity read(Channel channel) throws IOException {
    EpollDomainSocketChannel connection = (EpollDomainSocketChannel) channel;
    PeerCredentials credentials = connection.peerCredentials();
    return new PeerIdentity(
        credentials.uid(),
        credentials.gids()[0],
        groupsOf(new Socket(connection.fd().intValue())),
        credentials.pid());
  }

  /** Returns the identity of the caller. Every call that reaches a handler has one. */
  public static PeerIdentity of(ServerCall<?, ?> call) {
    PeerIdentity peer = call.getAttributes().get(ATTRIBUTE);
    if (peer == null) {
      throw new IllegalStateException(
          "call from "
              + call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
              + " has no peer");
    }
    return peer;
  }

  /** Returns whether these lists contain the user, or one of the user's groups. */
  public boolean isNamedBy(Set<Integer> users, Set<Integer> memberships) {
    return users.contains(uid)
        || memberships.contains(gid)
        || groups.stream().anyMatch(memberships::contains);
  }

  /** Returns these attributes of a connection or a call, with the peer's identity added. */
  public Attributes addTo(Attributes attributes) {
    return attributes.toBuilder().set(ATTRIBUTE, this).build();
  }

  private static List<Integer> groupsOf(Socket socket) throws IOException {
    for (int capacity = 32; ; capacity *= 2) {
      byte[] answer = new byte[capacity * Integer.BYTES];
      Arrays.fill(answer, (byte) NO_GROUP);
      try {
        socket.getRawOpt(SOL_SOCKET, SO_PEERGROUPS, ByteBuffer.wrap(answer));
      } catch (IOException e) {
        // ERANGE means that there are more groups. A larger buffer does not help with other errors.
        if (capacity >= NGROUPS_MAX) {
          throw e;
        }
        continue;
      }
      List<Integer> groups = new ArrayList<>();
      ByteBuffer numbers = ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
      while (numbers.hasRemaining()) {
        int group = numbers.getInt();
        if (group == NO_GROUP) {
          break;
        }
        groups.add(group);
      }
      return groups;
    }
  }
}
