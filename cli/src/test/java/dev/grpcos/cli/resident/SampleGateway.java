package dev.grpcos.cli.resident;

import dev.grpcos.cli.filter.Evaluators;
import dev.grpcos.gateway.channel.EventLoops;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares;
import dev.grpcos.gateway.peer.PeerIdentity;
import dev.grpcos.gateway.policy.SocketAccess;
import dev.grpcos.gateway.policy.SocketRights;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process with a resident but no gateway. The arguments are the socket's path, the release, and
 * the number of parallel commands. Prints a line when it listens, and ends with its standard input.
 */
final class SampleGateway {
  private SampleGateway() {}

  public static void main(String[] arguments) throws Exception {
    var group = new EventLoops(2, "test");
    int commands = Integer.parseInt(arguments[2]);
    var access = new SocketAccess(Path.of(arguments[0]), SocketRights.OWNER);
    try (var resident =
        new Resident(
            new SampleCommands(),
            caller -> new UnusedConnections(),
            Evaluators.local(),
            arguments[1],
            new UserShares(() -> Limits.DEFAULT, limits -> commands),
            new UserShares(() -> Limits.DEFAULT, limits -> 4 * commands))) {
      new ServerBootstrap()
          .group(group)
          .channel(EpollServerDomainSocketChannel.class)
          .childHandler(
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel connection) throws IOException {
                  access.mark(connection);
                  PeerIdentity.of(connection);
                  connection.pipeline().addLast(resident.handler());
                }
              })
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
}
