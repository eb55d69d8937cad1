package dev.grpcos.cli.resident;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;

/** Who is at the other end of a launcher's connection, as the kernel knows it. */
public record LauncherPeer(int uid, int gid, int pid) {
  static LauncherPeer of(Channel channel) throws IOException {
    PeerCredentials credentials = ((EpollDomainSocketChannel) channel).peerCredentials();
    return new LauncherPeer(credentials.uid(), credentials.gids()[0], credentials.pid());
  }
}
