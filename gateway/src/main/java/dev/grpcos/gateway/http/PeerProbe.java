package dev.grpcos.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Distinguishes a peer that has closed its connection from one that has only shut down its output,
 * as {@code printf … | socat - UNIX:P} does. The end of the input looks the same for both.
 */
final class PeerProbe {
  private PeerProbe() {}

  /**
   * Returns whether the peer cannot receive any more. The kernel reports that for a write without
   * bytes; call this on the connection's event loop.
   */
  static boolean isGone(Channel connection) {
    try {
      int unused =
          ((EpollDomainSocketChannel) connection).fd().write(ByteBuffer.allocateDirect(0), 0, 0);
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
