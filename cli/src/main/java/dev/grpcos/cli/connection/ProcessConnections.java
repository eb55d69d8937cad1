package dev.grpcos.cli.connection;

import dev.grpcos.gateway.channel.ServerAddress;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Opens a channel for each connection, on one event loop, which ends with the process. */
public final class ProcessConnections implements Connections, AutoCloseable {
  private final List<ServerConnection> opened = new ArrayList<>();
  private @Nullable EventLoopGroup loop;

  @Override
  public void admit(ServerAddress address, boolean gateway) {}

  @Override
  public Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
    if (loop == null) {
      loop =
          new MultiThreadIoEventLoopGroup(
              1, new DefaultThreadFactory("grpcos-io", true), EpollIoHandler.newFactory());
    }
    ServerConnection connection = ServerConnection.to(target, loop);
    try {
      connection.awaitReady(timeout, wait);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
    opened.add(connection);
    return connection;
  }

  /**
   * Runs the listener, on the event loop, when this descriptor has no reader any more. Does nothing
   * for a descriptor that is neither a pipe nor a socket.
   *
   * @return false if there is no event loop yet, because nothing was connected
   */
  public boolean whenReaderLeaves(int descriptor, Runnable listener) {
    EventLoopGroup present = loop;
    if (!(present instanceof IoEventLoopGroup loops)) {
      return false;
    }
    var unused =
        loops
            .register(new ReaderWatch(descriptor, listener))
            .addListener(
                (Future<IoRegistration> registered) -> {
                  // This fails for a file, which has no reader.
                  if (registered.isSuccess()) {
                    registered.getNow().submit(EpollIoOps.EPOLLERR);
                  }
                });
    return true;
  }

  /** Ends every channel immediately, including its calls. */
  @Override
  public void close() {
    opened.forEach(ServerConnection::close);
    if (loop != null) {
      // The thread is a daemon and ends by itself, so it is not awaited.
      var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }
}
