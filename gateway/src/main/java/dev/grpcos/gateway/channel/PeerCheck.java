package dev.grpcos.gateway.channel;

import java.util.Optional;

/**
 * Decides whether a client trusts the process that listens on a Unix socket, before anything is
 * sent to it. Called on an event loop, at every attempt to connect.
 */
@FunctionalInterface
public interface PeerCheck {
  /**
   * Returns the reason to refuse a server.
   *
   * @param uid the user of the process that listens, as the kernel reports it
   * @return the problem and the remedy, to follow the socket's path and a colon; empty to continue
   */
  Optional<String> refusal(int uid);
}
