package dev.grpcos.gateway;

import dev.grpcos.gateway.config.Change;

/** A prepared change of the sockets of the configuration. */
interface SocketsChange extends Change {
  /**
   * Takes away the rights that the change removes. Called before the services change, so that no
   * new service is offered through a pattern of the previous configuration.
   */
  void narrow();
}
