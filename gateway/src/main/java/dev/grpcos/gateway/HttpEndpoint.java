package dev.grpcos.gateway;

import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.HttpConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.http.AddressState;
import dev.grpcos.gateway.http.HttpAccess;
import dev.grpcos.gateway.listener.BoundListener;
import dev.grpcos.gateway.listener.ConnectionGate;
import dev.grpcos.gateway.listener.HttpListener;
import dev.grpcos.gateway.listener.SocketUse;
import dev.grpcos.gateway.local.HttpStatus;
import dev.grpcos.gateway.peer.UserNames;
import dev.grpcos.gateway.policy.Policy;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.policy.SocketRights;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP over TCP of a gateway, if its configuration has it. Safe for use by any thread. Methods that
 * open or remove an address wait for event loops, so they must not run on one.
 */
final class HttpEndpoint {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway");

  private final EventLoopGroup loops;
  private final ConnectionGate gate;
  private final BiConsumer<Channel, AddressState> http1;
  private final BooleanSupplier serving;
  private final Supplier<Policy> policy;

  private volatile @Nullable Opened open;

  /** Removed addresses through which calls are still in flight. */
  private final List<HttpListener> removed = new CopyOnWriteArrayList<>();

  private boolean stopped;

  /** An address, and the configuration that its requests must comply with. */
  private record Opened(
      HttpConfig config, HttpListener listener, AddressState address, HttpAccess access) {}

  /**
   * Creates an endpoint that does not listen yet.
   *
   * @param gate bounds the connections
   * @param http1 adds the handlers of HTTP/1.1 to the pipeline of a connection
   * @param serving returns whether the gateway serves
   * @param policy returns the current policy
   */
  HttpEndpoint(
      EventLoopGroup loops,
      ConnectionGate gate,
      BiConsumer<Channel, AddressState> http1,
      BooleanSupplier serving,
      Supplier<Policy> policy) {
    this.loops = loops;
    this.gate = gate;
    this.http1 = http1;
    this.serving = serving;
    this.policy = policy;
  }

  /**
   * Prepares the address of a configuration. A new one is bound, and accepts connections when the
   * change is committed.
   *
   * @throws GatewayException if it cannot be bound, or the token is not usable; nothing has changed
   *     then
   */
  synchronized SocketsChange prepare(GatewayConfig config) throws GatewayException {
    HttpConfig next = config.http();
    return new HttpChange(open, next == null ? null : opened(next, open), config.drain());
  }

  private Opened opened(HttpConfig next, @Nullable Opened before) throws GatewayException {
    HttpAccess access;
    try {
      access = new HttpAccess(next);
    } catch (IOException e) {
      throw new GatewayException("listen.http.token.file is not usable: " + e.getMessage(), e);
    }
    if (before != null && before.config.address().equals(next.address())) {
      return new Opened(next, before.listener, before.address, access);
    }
    checkPort(next.address(), before);
    AddressState address = new AddressState(access, serving);
    HttpListener listener =
        HttpListener.bind(
            next.address(),
            SocketRights.of(next),
            loops,
            gate,
            connection -> http1.accept(connection, address));
    return new Opened(next, listener, address, access);
  }

  /** Rejects a change of the IP address alone, which cannot be bound beside the present one. */
  private static void checkPort(InetSocketAddress next, @Nullable Opened before)
      throws GatewayException {
    if (before != null
        && next.getPort() != 0
        && next.getPort() == before.config.address().getPort()) {
      throw new GatewayException(
          "listen.http.address: the gateway listens on %s until the change; change the port too, or"
                  .formatted(before.listener.access().name())
              + " restart the gateway");
    }
  }

  /** A prepared change; the address stays the same if both have the same listener. */
  private final class HttpChange implements SocketsChange {
    private final @Nullable Opened before;
    private final @Nullable Opened next;
    private final Duration drain;

    HttpChange(@Nullable Opened before, @Nullable Opened next, Duration drain) {
      this.before = before;
      this.next = next;
      this.drain = drain;
    }

    private boolean isSameListener() {
      return before != null && next != null && before.listener == next.listener;
    }

    @Override
    public void narrow() {
      if (before != null) {
        SocketAccess access = before.listener.access();
        SocketRights kept =
            next != null && isSameListener() ? SocketRights.of(next.config) : SocketRights.NONE;
        access.change(SocketRights.common(access.rights(), kept));
      }
    }

    @Override
    public void commit() {
      swap(before, next, isSameListener(), drain);
    }

    @Override
    public void discard() {
      if (next != null) {
        next.access.close();
        if (!isSameListener()) {
          next.listener.stopAccepting();
        }
      }
    }
  }

  private synchronized void swap(
      @Nullable Opened before, @Nullable Opened next, boolean same, Duration drain) {
    if (stopped) {
      if (next != null && !same) {
        next.listener.stopAccepting();
      }
      return;
    }
    open = next;
    if (next != null) {
      next.access.start();
      if (same) {
        next.listener.change(next.config.caller(), drain); // before the rights can grow
        next.listener.access().change(SocketRights.of(next.config));
        next.address.change(next.access);
      } else {
        next.listener.start(next.config.caller());
        LOG.log(
            Level.INFO,
            "listening on http://{0} as {1}",
            next.listener.access().name(),
            UserNames.of(next.config.caller().uid()));
        if (!next.config.address().getAddress().isLoopbackAddress()) {
          LOG.log(
              Level.WARNING,
              "listen.http: the token and all messages cross the network unencrypted; put a proxy"
                  + " with TLS before it if the network is not trusted");
        }
      }
    }
    if (before != null) {
      before.access.close();
      if (!same) {
        remove(before.listener, drain);
      }
    }
  }

  /** Removes an address: it allows no further call, and calls in flight may finish for a while. */
  private void remove(HttpListener listener, Duration drain) {
    listener.access().change(SocketRights.NONE);
    removed.add(listener);
    listener.stopAccepting();
    var unused =
        loops.next().schedule(() -> end(listener), drain.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void end(HttpListener listener) {
    if (removed.remove(listener)) {
      listener.endCalls();
    }
  }

  /** Returns the number of open connections. */
  int connections() {
    return BoundListener.connections(all());
  }

  /** Returns the number of open connections by address. */
  Map<String, Integer> connectionsByAddress() {
    return BoundListener.connectionsByLabel(all());
  }

  /** Returns the use of the address, and of removed ones with calls in flight. */
  SocketUse use() {
    return BoundListener.use(all());
  }

  /** Returns the status of the address, or null if there is none. */
  @Nullable HttpStatus status() {
    Opened now = open;
    if (now == null) {
      return null;
    }
    SocketCaller caller = new SocketCaller(now.config.caller(), now.listener.access());
    return new HttpStatus(
        caller,
        (method, route) -> policy.get().allows(caller, method, route),
        now.listener.connections(),
        now.address.rejections());
  }

  private List<HttpListener> all() {
    List<HttpListener> all = new ArrayList<>(removed);
    Opened now = open;
    if (now != null) {
      all.add(now.listener);
    }
    return all;
  }

  /** Accepts no more connections; calls in flight continue. */
  synchronized void stopAccepting() {
    Opened now = open;
    if (!stopped && now != null) {
      now.access.close();
      now.listener.stopAccepting();
    }
    stopped = true;
  }

  /** Waits until all connections are closed, at most until this nano time. */
  void awaitCalls(long end) throws InterruptedException {
    for (HttpListener each : all()) {
      each.awaitCalls(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
  }

  /** Ends the calls of all connections. */
  void endCalls() {
    all().forEach(HttpListener::endCalls);
  }
}
