package dev.grpcos.gateway;

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
