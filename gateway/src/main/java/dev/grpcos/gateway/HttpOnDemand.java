package dev.grpcos.gateway;

import dev.grpcos.gateway.http.HttpAddress;
import dev.grpcos.gateway.http.HttpConnections;
import io.netty.channel.Channel;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1, whose classes are loaded for the first connection that speaks it. Safe for use by any
 * thread.
 */
final class HttpOnDemand implements Consumer<Channel> {
  private final Supplier<HttpConnections> loader;
  private @Nullable HttpConnections loaded;

  HttpOnDemand(Supplier<HttpConnections> loader) {
    this.loader = loader;
  }

  @Override
  public void accept(Channel connection) {
    connections().accept(connection);
  }

  /** Adds the handlers of HTTP/1.1 to a connection over TCP. */
  void accept(Channel connection, HttpAddress address) {
    connections().accept(connection, address);
  }

  private synchronized HttpConnections connections() {
    if (loaded == null) {
      loaded = loader.get();
    }
    return loaded;
  }
}
