package dev.grpcos.gateway.channel;

import java.util.Optional;

/**
 * Decides whether a client talks to the process that listens on a Unix socket, before anything is
 * sent to it. It is called on an event loop, at every attempt to connect.
 */
@FunctionalInterface
public interface PeerCheck {
  /**
   * Returns the reason not to talk to a server.
   *
   * @param uid the user of the process that listens, as the kernel reports it
   * @return the problem and the remedy, to follow the socket's path and a colon; empty to go on
   */
  Optional<String> refusal(int uid);
}
