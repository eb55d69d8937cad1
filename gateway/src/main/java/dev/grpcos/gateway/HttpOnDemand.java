package dev.grpcos.gateway;

import dev.grpcos.gateway.http.AddressState;
import dev.grpcos.gateway.http.HttpConnections;
import io.netty.channel.Channel;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1, whose classes are loaded for the first connection that speaks it. A lambda that returns
 * one of these classes, or takes one, would load it earlier, so this class has none. Safe for use
 * by any thread.
 */
abstract class HttpOnDemand implements Consumer<Channel>, BiConsumer<Channel, AddressState> {
  private @Nullable HttpConnections loaded;

  /** Creates the object for all connections; called at most once. */
  abstract HttpConnections load();

  @Override
  public final void accept(Channel connection) {
    connections().accept(connection);
  }

  /** Adds the handlers of HTTP/1.1 to a connection over TCP. */
  @Override
  public final void accept(Channel connection, AddressState address) {
    connections().accept(connection, address);
  }

  private synchronized HttpConnections connections() {
    HttpConnections known = loaded;
    if (known == null) {
      known = load();
      loaded = known;
    }
    return known;
  }
}
