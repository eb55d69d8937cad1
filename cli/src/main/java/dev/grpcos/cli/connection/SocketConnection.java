package dev.grpcos.cli.connection;

import com.google.common.base.Throwables;
import dev.grpcos.cli.CallFailedException;
import dev.grpcos.cli.schema.LinkedSchema;
import dev.grpcos.cli.schema.Schema;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A channel of its own to a Unix socket, with one event loop. */
final class SocketConnection implements Connection {
  private final ManagedChannel channel;
  private final MultiThreadIoEventLoopGroup eventLoop;
  private final Schema reflected;
  private final Path socket;

  private SocketConnection(
      Path socket, ManagedChannel channel, MultiThreadIoEventLoopGroup eventLoop) {
    this.socket = socket;
    this.channel = channel;
    this.eventLoop = eventLoop;
    this.reflected = LinkedSchema.reflected(channel);
  }

  static SocketConnection open(Target target) {
    Path socket = target.socket();
    requireSocket(socket);
    MultiThreadIoEventLoopGroup eventLoop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("grpcos-io", true), EpollIoHandler.newFactory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
            .eventLoopGroup(eventLoop)
            // A Unix socket knows no SO_KEEPALIVE, and Netty would warn of it.
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            // Servers refuse an authority that is a path.
            .overrideAuthority("localhost")
            .usePlaintext()
            .directExecutor()
            .disableRetry()
            .maxInboundMessageSize(target.maxMessageSize())
            .build();
    SocketConnection connection = new SocketConnection(socket, channel, eventLoop);
    connection.awaitReady(target.connectTimeout());
    return connection;
  }

  private static void requireSocket(Path socket) {
    if (Files.notExists(socket)) { // a link that leads nowhere is none either
      throw unavailable(
          socket,
          "no gateway runs at "
              + socket
              + ": no such socket; start one with"
              + " 'grpcos gateway start'");
    }
    if (Files.isRegularFile(socket) || Files.isDirectory(socket)) {
      throw unavailable(
          socket,
          "no gateway runs at "
              + socket
              + ": it is a "
              + (Files.isDirectory(socket) ? "folder" : "regular file")
              + ", not a socket; name the gateway's socket with --socket or GRPCOS_SOCKET");
    }
  }

  /**
   * Waits until the server has spoken HTTP/2. Whoever accepts and says nothing would otherwise use
   * up the whole deadline; whoever can't be reached is told by the first call, with the cause.
   */
  private void awaitReady(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    ConnectivityState state = channel.getState(true);
    while (state == ConnectivityState.IDLE || state == ConnectivityState.CONNECTING) {
      CountDownLatch changed = new CountDownLatch(1);
      channel.notifyWhenStateChanged(state, changed::countDown);
      try {
        if (!changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          close();
          throw unavailable(
              socket,
              "no answer from "
                  + socket
                  + " within "
                  + timeout.toMillis()
                  + " ms: it accepts connections but does not speak gRPC");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        close();
        throw new CallFailedException(
            Status.CANCELLED.withDescription("interrupted").withCause(e), null, socket.toString());
      }
      state = channel.getState(false);
    }
  }

  private static CallFailedException unavailable(Path socket, String message) {
    return new CallFailedException(
        Status.UNAVAILABLE.withDescription(message), null, socket.toString());
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public Schema reflected() {
    return reflected;
  }

  @Override
  public Status explain(Status status) {
    if (status.getCode() != Status.Code.UNAVAILABLE || status.getCause() == null) {
      return status;
    }
    String reason = Throwables.getRootCause(status.getCause()).getMessage();
    if (reason == null) {
      return status;
    }
    if (reason.contains("Connection refused")) {
      return status.withDescription(
          "no gateway runs at "
              + socket
              + ": nobody listens on the socket that one left behind; start one with"
              + " 'grpcos gateway start'");
    }
    if (reason.contains("Permission denied")) {
      return status.withDescription(
          "no access to " + socket + ": permission denied; the gateway's mode or group decides");
    }
    return status.withDescription("calling " + socket + " failed: " + reason);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    // Its thread is a daemon and ends by itself; nothing waits for it.
    var unused = eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }
}
