package dev.grpcos.gateway;

import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import io.grpc.Channel;

/** Channels of callers that came through the owner's socket. */
public final class OwnersSocket {
  private OwnersSocket() {}

  /** Returns a channel to the gateway's services for this caller. */
  public static Channel channel(Gateway gateway, PeerIdentity peer) {
    return gateway.channelFor(
        new SocketCaller(peer, new SocketAccess(gateway.socket(), SocketRights.OWNER)));
  }
}
