package dev.grpcos.cli.resident;

import dev.grpcos.cli.connection.Connection;
import dev.grpcos.cli.connection.Connections;
import dev.grpcos.cli.connection.Target;
import dev.grpcos.gateway.channel.ServerAddress;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process with a resident but no gateway. The arguments are the socket's path, the release, and
 * the number of parallel commands. Prints a line when it listens, and ends with its standard input.
 */
final class SampleGateway {
  private SampleGateway() {}

  public static void main(String[] arguments) throws Exception {
    var group = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    try (var resident =
        new Resident(
            new SampleCommands(),
            peer -> new UnusedConnections(),
            arguments[1],
            new UserShares(() -> Limits.DEFAULT, limits -> Integer.parseInt(arguments[2])))) {
      new ServerBootstrap()
          .group(group)
          .channel(EpollServerDomainSocketChannel.class)
          .childHandler(resident.handler())
          .bind(new DomainSocketAddress(arguments[0] + ".cli"))
          .sync();
      System.out.println("ready");
      while (System.in.read() >= 0) {
        // until the parent process closes it
      }
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  /** No sample command calls. */
  private static final class UnusedConnections implements Connections {
    @Override
    public void admit(ServerAddress address, boolean gateway) {}

    @Override
    public Connection connect(Target target, Duration timeout, @Nullable Duration wait) {
      throw new UnsupportedOperationException("no sample command calls");
    }
  }
}
