package dev.grpcos.gateway;

import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import io.grpc.Channel;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a test has opened; closed in reverse order. */
@SuppressWarnings("try") // tests may be interrupted
public final class OpenResources implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Adds a resource, and returns it. */
  public <T extends AutoCloseable> T add(T resource) {
    open.push(resource);
    return resource;
  }

  /** Starts and adds a gateway. */
  public Gateway gateway(GatewayConfig config) throws Exception {
    return add(Gateway.start(ConfigSource.fixed(config), GatewayOptions.DEFAULT));
  }

  /** Starts and adds a gateway and a client of it, and returns a connection of the client. */
  public Channel connect(GatewayConfig config) throws Exception {
    return connect(Gateway.start(ConfigSource.fixed(config), GatewayOptions.DEFAULT));
  }

  /** Adds a gateway and a client of it, and returns a connection of the client. */
  public Channel connect(Gateway gateway) {
    add(gateway);
    return add(new SocketClient(gateway.socket())).channel();
  }

  @Override
  public void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
