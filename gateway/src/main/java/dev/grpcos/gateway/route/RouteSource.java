package dev.grpcos.gateway.route;

import dev.grpcos.gateway.GatewayException;
import dev.grpcos.gateway.config.GatewayConfig;

/**
 * Serves services of a configuration, beside the built-in ones. It puts its routes into {@link
 * LiveRoutes}, at a change of configuration and whenever it learns of others.
 *
 * <p>Changes are prepared and committed by one thread at a time.
 */
public interface RouteSource extends AutoCloseable {
  /**
   * Makes ready what serves this configuration; nothing of it is to be seen until it is committed.
   * It may wait for files and programs, but not for other machines.
   *
   * @throws GatewayException if it can't be served; nothing has changed then
   */
  Change prepare(GatewayConfig config) throws GatewayException;

  /** Ends what the source has, once no call goes on. */
  @Override
  void close();

  /** A configuration that is ready; either it is committed, or it is discarded. */
  interface Change {
    /** Puts it in the place of what was before; calls in flight go on with what they have. */
    void commit();

    /** Gives up what was made ready. */
    void discard();
  }
}
