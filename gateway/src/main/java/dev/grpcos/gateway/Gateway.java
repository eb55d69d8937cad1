package dev.grpcos.gateway;

import dev.grpcos.gateway.config.ConfigException;
import dev.grpcos.gateway.config.ConfigSource;
import dev.grpcos.gateway.config.GatewayConfig;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.failure.Termination;
import dev.grpcos.gateway.limit.MessageAccount;
import dev.grpcos.gateway.limit.MessageMemory;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.gateway.listener.UnixSocket;
import dev.grpcos.gateway.local.Reloaded;
import dev.grpcos.gateway.policy.SocketCaller;
import dev.grpcos.gateway.systemd.Activation;
import io.grpc.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * A gRPC server on a Unix socket, which knows the identity of its callers.
 *
 * <p>Each call, through the socket or through {@link #channelFor}, passes these stages: counting,
 * the peer's identity, limits, policy, the route's handler. All stages run on two event loops, so
 * no handler may block. Safe for use by any thread.
 */
public final class Gateway implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.grpcos.gateway");

  private final Sockets sockets;
  private final LiveConfig config;
  private final Reloader reloader;
  private final Routing routes;
  private final InProcess inProcess;
  private final Lifecycle lifecycle;
  private final MessageMemory memory;
  private final Supplier<WarmupServices> warmup;

  /** Creates a gateway of these parts, which does not listen yet; see {@link GatewayWiring}. */
  Gateway(
      Sockets sockets,
      LiveConfig config,
      Reloader reloader,
      Routing routes,
      InProcess inProcess,
      Lifecycle lifecycle,
      MessageMemory memory,
      Supplier<WarmupServices> warmup) {
    this.sockets = sockets;
    this.config = config;
    this.reloader = reloader;
    this.routes = routes;
    this.inProcess = inProcess;
    this.lifecycle = lifecycle;
    this.memory = memory;
    this.warmup = warmup;
  }

  /**
   * Starts a gateway. The gateway answers calls when this method returns; its socket's path appears
   * last.
   *
   * <p>Starts in one process run one after the other, because two parallel starts for one path
   * would release each other's lock, see {@code SocketLock}.
   *
   * @param source the source of the configuration, read now and at each reload
   * @throws ConfigException if the configuration is invalid
   * @throws GatewayException if the gateway cannot start; all its resources are released
   */
  public static synchronized Gateway start(ConfigSource source, GatewayOptions options)
      throws ConfigException, GatewayException {
    GatewayConfig initial = source.read();
    if (!Epoll.isAvailable()) {
      throw new GatewayException(
          "epoll is not available: the gateway runs on Linux, x86-64 or aarch64",
          Epoll.unavailabilityCause());
    }
    Optional<Activation> activation = Activation.of(System.getenv());
    ConfigSource reloads = source;
    if (activation.isPresent()) {
      Path path = activation.get().path();
      initial = initial.withSocket(path);
      reloads = () -> source.read().withSocket(path);
    }
    UnixSocket socket =
        UnixSocket.own(
            initial.listen(),
            options.companions().stream().map(Companion::suffix).toList(),
            activation.stream().mapToInt(Activation::fd).findFirst());
    Gateway gateway = GatewayWiring.wire(initial, reloads, options, socket);
    try {
      gateway.open(options.companions());
      return gateway;
    } catch (IOException e) {
      gateway.lifecycle.abandon();
      throw new GatewayException("the in-process server cannot start: " + e, e);
    } catch (GatewayException | RuntimeException e) {
      gateway.lifecycle.abandon();
      throw e;
    }
  }

  private void open(List<Companion> companions) throws IOException, GatewayException {
    inProcess.start();
    Map<String, ChannelHandler> handlers = new LinkedHashMap<>();
    for (Companion companion : companions) {
      handlers.put(companion.suffix(), companion.childHandler().apply(this));
    }
    sockets.companions(handlers);
    config.change(config.current());
    sockets.openOwners();
    lifecycle.begin();
    LOG.log(System.Logger.Level.INFO, "listening on {0}", sockets.path());
  }

  /** Returns the absolute path of the socket. */
  public Path socket() {
    return sockets.path();
  }

  /**
   * Returns a channel to the gateway's services whose calls have this caller's identity, and the
   * rights of the socket through which the caller came. The channel needs no shutdown; it ends with
   * the gateway.
   */
  public Channel channelFor(SocketCaller caller) {
    return inProcess.channelFor(caller);
  }

  /**
   * Returns an account of {@code limits.memory} for messages that a command of this caller holds.
   */
  public MessageAccount account(SocketCaller caller) {
    return memory.account(caller.hasReserve());
  }

  /**
   * Starts services for the calls of the warm-up, which have no effect; empty if the configuration
   * turns the warm-up off. The caller closes them.
   */
  public Optional<WarmupServices> warmupServices() {
    return config.current().warmup() ? Optional.of(warmup.get()) : Optional.empty();
  }

  /**
   * Returns an empty table of what each user holds of another resource, with the gateway's shares.
   *
   * @param resource returns the limit of the resource
   */
  public UserShares shares(ToIntFunction<Limits> resource) {
    return new UserShares(() -> config.current().limits(), resource);
  }

  /**
   * Returns a number that changes when the services or their descriptors change, so that cached
   * reflection results can be discarded.
   */
  public long generation() {
    return routes.generation();
  }

  /**
   * Reads the configuration again and applies it; calls in flight are not affected. An invalid
   * configuration changes nothing. Returns at once; the result is also logged.
   */
  public CompletableFuture<Reloaded> reload() {
    return reloader.reload();
  }

  /**
   * Starts the drain and returns at once: health reports NOT_SERVING, the sockets' paths are free
   * for a successor, and no connection or call is accepted. Calls in flight continue for the
   * configured time, and are then cancelled.
   */
  public void shutdown() {
    lifecycle.shutdown();
  }

  /** Waits until the gateway has ended, by itself or after {@link #shutdown}. */
  public Termination awaitTermination() throws InterruptedException {
    return lifecycle.await();
  }

  /** Waits until the gateway has ended; returns false if the time expires first. */
  public boolean awaitTermination(Duration time) throws InterruptedException {
    return lifecycle.await(time);
  }

  /** Drains the gateway and waits until it has ended; an interrupt ends only the wait. */
  @Override
  public void close() {
    shutdown();
    try {
      awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
