package dev.grpcos.gateway.channel;

import java.io.IOException;

/** A {@link PeerCheck} refused the server of a Unix socket. */
final class RefusedPeerException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedPeerException(String reason) {
    super(reason);
  }
}
