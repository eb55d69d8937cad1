package dev.grpcos.gateway.channel;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a connection to a Unix socket: fails the attempt to connect if the check
 * refuses the server. grpc-java sends nothing before the attempt has succeeded and the channel is
 * reported as active.
 */
final class CheckedConnect extends ChannelDuplexHandler {
  private final EpollDomainSocketChannel channel;
  private final PeerCheck check;
  private boolean checked;
  private @Nullable IOException refusal;

  private CheckedConnect(EpollDomainSocketChannel channel, PeerCheck check) {
    this.channel = channel;
    this.check = check;
  }

  /** Creates a channel whose server is checked. */
  static EpollDomainSocketChannel channel(PeerCheck check) {
    EpollDomainSocketChannel channel = new EpollDomainSocketChannel();
    channel.pipeline().addFirst(new CheckedConnect(channel, check));
    return channel;
  }

  @Override
  public void connect(
      ChannelHandlerContext context,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise) {
    context
        .connect(remote, local)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                promise.setFailure(connected.cause());
                return;
              }
              IOException refused = verify();
              if (refused == null) {
                promise.setSuccess();
              } else {
                promise.setFailure(refused);
                var unused = context.close();
              }
            });
  }

  /** Netty reports it before or after the promise, depending on the depth of its stack. */
  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (verify() == null) {
      context.fireChannelActive();
    }
  }

  private @Nullable IOException verify() {
    if (!checked) {
      checked = true;
      try {
        Optional<String> reason = check.refusal(channel.peerCredentials().uid());
        refusal = reason.map(RefusedPeerException::new).orElse(null);
      } catch (IOException e) {
        refusal = e; // the kernel does not report the user
      }
    }
    return refusal;
  }
}
