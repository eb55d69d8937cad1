package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketRights;
import dev.grpcos.gateway.text.AddressText;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.Errors.NativeIoException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP address on which a gateway listens for HTTP/1.1, with its connections. The kernel does not
 * identify their peers, so each connection is of the user that the configuration names.
 *
 * <p>Not thread-safe; used by one thread at a time.
 */
public final class HttpListener implements BoundListener {
  /** The seconds without data after which the kernel checks whether the client still exists. */
  private static final int KEEPALIVE_IDLE = 60;

  private static final int KEEPALIVE_INTERVAL = 15;

  private static final int EACCES = 13;
  private static final int EADDRINUSE = 98;
  private static final int EADDRNOTAVAIL = 99;

  private final Channel listener;
  private final SocketAccess access;
  private final AcceptedConnections connections;

  /** The user of new connections; null before {@link #start}. Read by the event loop. */
  private volatile @Nullable PeerIdentity caller;

  private HttpListener(Channel listener, SocketAccess access, ConnectionGate gate) {
    this.listener = listener;
    this.access = access;
    this.connections = new AcceptedConnections(gate, access, caller -> true);
  }

  /**
   * Binds an address. Clients can connect, but wait until {@link #start}.
   *
   * @param rights the rights of all clients
   * @param gate bounds the connections
   * @param http1 adds the handlers of HTTP/1.1 to the pipeline of a connection
   * @throws GatewayException if the address cannot be bound, with the reason and the remedy
   */
  public static HttpListener bind(
      InetSocketAddress address,
      SocketRights rights,
      EventLoopGroup loops,
      ConnectionGate gate,
      Consumer<Channel> http1)
      throws GatewayException {
    ChannelFuture future =
        new ServerBootstrap()
            .group(loops, loops)
            .channelFactory(EpollServerSocketChannel::new)
            .option(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE)
            .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    http1.accept(connection);
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!future.isSuccess()) {
      throw failure(address, future.cause());
    }
    Channel channel = future.channel();
    SocketAccess access =
        SocketAccess.ofAddress(AddressText.of((InetSocketAddress) channel.localAddress()), rights);
    return new HttpListener(channel, access, gate);
  }

  private static GatewayException failure(InetSocketAddress address, Throwable cause) {
    int error = cause instanceof NativeIoException known ? -known.expectedErr() : 0;
    String problem =
        switch (error) {
          case EADDRINUSE ->
              "it is in use; stop the process that listens there, or set another port";
          case EACCES ->
              "the gateway's user may not use port %d; set a port of at least 1024"
                  .formatted(address.getPort());
          case EADDRNOTAVAIL -> "no interface of this machine has the IP address; set another one";
          default -> String.valueOf(cause.getMessage());
        };
    return new GatewayException(
        "listen.http.address %s: %s".formatted(AddressText.of(address), problem), cause);
  }

  /**
   * Starts to accept connections.
   *
   * @param user the user of each new connection
   */
  public void start(PeerIdentity user) {
    caller = user;
    listener
        .pipeline()
        .addFirst(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object message) {
                Channel connection = (Channel) message;
                try {
                  assignCaller(connection);
                } catch (RuntimeException e) {
                  connection.unsafe().closeForcibly(); // no other handler has the connection yet
                  throw e;
                }
                context.fireChannelRead(connection);
              }
            },
            connections);
    listener.config().setAutoRead(true);
  }

  private void assignCaller(Channel connection) {
    InetSocketAddress client = (InetSocketAddress) connection.remoteAddress();
    Objects.requireNonNull(caller, "set before connections are accepted")
        .at(AddressText.of(client))
        .assignTo(connection);
  }

  /**
   * Changes the user of new connections. Those that are open keep the former user; each is closed
   * after the response to its current request, at the latest after this time.
   */
  public void change(PeerIdentity user, Duration drain) {
    if (user.equals(caller)) {
      return;
    }
    caller = user;
    // A connection that is accepted now may still get the former user. It has an event loop, and is
    // among the open ones, before this loop runs the task.
    listener.eventLoop().execute(() -> connections.drain(drain));
  }

  @Override
  public SocketAccess access() {
    return access;
  }

  /** Returns the number of open connections. */
  @Override
  public int connections() {
    return connections.count();
  }

  /** Returns the use of the address by connections. */
  @Override
  public SocketUse use() {
    return new SocketUse(connections.total(), connections.count());
  }

  /**
   * Accepts no more connections, and closes each open one after the response to its current
   * request.
   */
  public void stopAccepting() {
    listener.close().awaitUninterruptibly();
    connections.closeAll();
  }

  /** Waits until all connections are closed; returns false if the time expires first. */
  public boolean awaitCalls(Duration time) throws InterruptedException {
    return connections.awaitClosed(time);
  }

  /** Ends the calls of all connections. */
  public void endCalls() {
    connections.endAll();
  }
}
