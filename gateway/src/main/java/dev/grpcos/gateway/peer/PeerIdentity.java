package dev.grpcos.gateway.peer;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who is at the other end of a Unix socket, as the kernel knows it since {@code connect}.
 *
 * @param uid effective user id
 * @param gid effective group id
 * @param groups supplementary group ids
 * @param pid for the audit line only, never for a decision: the process may be gone and its pid
 *     another's
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">SO_PEERCRED, SO_PEERGROUPS</a>
 */
public record PeerIdentity(int uid, int gid, List<Integer> groups, int pid) {
  /** Where a call's attributes hold who calls. */
  static final Attributes.Key<PeerIdentity> ATTRIBUTE =
      Attributes.Key.create("dev.grpcos.gateway.peer");

  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERGROUPS = 59;

  /** As many as the kernel lets a process have. */
  private static final int NGROUPS_MAX = 65536;

  /** No group has this number: what is left of it in the answer was not written. */
  private static final int NO_GROUP = -1;

  public PeerIdentity {
    groups = List.copyOf(groups);
  }

  /**
   * Asks the kernel who is at the other end of this connection.
   *
   * @param channel an open {@link EpollDomainSocketChannel}; call it on its event loop, where
   *     nobody else closes it meanwhile
   */
  public static PeerIdentity of(Channel channel) throws IOException {
    EpollDomainSocketChannel connection = (EpollDomainSocketChannel) channel;
    PeerCredentials credentials = connection.peerCredentials();
    return new PeerIdentity(
        credentials.uid(),
        credentials.gids()[0],
        groupsOf(new Socket(connection.fd().intValue())),
        credentials.pid());
  }

  /** Who calls. Every call that reaches a handler has it. */
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

  /** These attributes of a connection, or a call, and who is at its other end. */
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
        // ERANGE: there are more. Whatever else it is does not go away with room.
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
