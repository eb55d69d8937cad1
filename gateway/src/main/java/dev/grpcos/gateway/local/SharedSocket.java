package dev.grpcos.gateway.local;

import dev.grpcos.gateway.policy.SocketAccess;

/** A socket that exists until it is ended, or until the gateway stops. Safe for any thread. */
public interface SharedSocket {
  SocketAccess access();

  /** Removes the socket and ends its connections; returns at once. */
  void end();
}
