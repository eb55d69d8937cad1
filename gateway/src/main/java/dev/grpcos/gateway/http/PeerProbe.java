package dev.grpcos.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Distinguishes a peer that has closed its connection from one that has only shut down its output,
 * as {@code printf … | socat - UNIX:P} does. The end of the input looks the same for both.
 */
final class PeerProbe {
  /** The time for which a response over TCP may continue after the end of the input. */
  static final Duration TCP_PATIENCE = Duration.ofSeconds(5);

  private final Channel connection;
  private final long ended;

  /**
   * Creates the probe of a connection whose input has ended.
   *
   * @param ended the time of the end, in {@link System#nanoTime}
   */
  PeerProbe(Channel connection, long ended) {
    this.connection = connection;
    this.ended = ended;
  }

  /**
   * Returns whether the peer cannot receive any more. For a Unix socket, the kernel reports that
   * for a write without bytes. A peer over TCP cannot be asked, so it is gone after a while; few
   * clients shut down only their output. Call this on the connection's event loop.
   *
   * @param now the time in {@link System#nanoTime}
   */
  boolean isGone(long now) {
    if (!(connection instanceof EpollDomainSocketChannel unix)) {
      return now - ended >= TCP_PATIENCE.toNanos();
    }
    try {
      int unused = unix.fd().write(ByteBuffer.allocateDirect(0), 0, 0);
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
