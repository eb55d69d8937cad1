package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.call.CallConnection;
import dev.grpcos.gateway.call.CallLimits;
import dev.grpcos.gateway.call.SentFrames;
import dev.grpcos.gateway.channel.CompactData;
import dev.grpcos.gateway.channel.JoinedWrites;
import dev.grpcos.gateway.config.Limits;
import dev.grpcos.gateway.limit.UserShares.Verdict;
import dev.grpcos.gateway.peer.PeerNegotiator;
import dev.grpcos.gateway.policy.SocketCaller;
import io.grpc.Attributes;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2FrameListener;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Sets up gRPC on a Unix socket: cleartext HTTP/2, the peer's identity, and the limits. */
public final class GrpcListener {
  /**
   * The ratio of the transport's metadata limit to that of a call. Metadata up to the transport's
   * limit gets a status that explains the call's limit; larger metadata gets 431 of HTTP/2.
   */
  private static final int METADATA_SLACK = 4;

  private static final int FLOW_CONTROL_WINDOW = 1 << 20;

  private GrpcListener() {}

  /**
   * Returns a builder for a server that listens on these event loops.
   *
   * @param address the address to bind
   * @param adopted the descriptor of a socket that already listens, used instead of the address
   * @param requestWait returns the time after which a connection without a call is closed
   * @param http1 adds the handlers of HTTP/1.1 to the pipeline of a connection that speaks it
   */
  public static NettyServerBuilder builder(
      DomainSocketAddress address,
      OptionalInt adopted,
      EventLoopGroup loops,
      Limits limits,
      AcceptedConnections connections,
      Supplier<Duration> requestWait,
      Consumer<Channel> http1) {
    return NettyServerBuilder.forAddress(
            address,
            PeerNegotiator.credentials(
                GrpcListener::identify,
                http2 -> frameHandlers(http2, requestWait.get()),
                http2 -> new ProtocolSniffer(http2, http1, limits.handshake())))
        .channelFactory(
            () ->
                adopted.isPresent()
                    ? adopt(adopted.getAsInt(), connections)
                    : listening(connections))
        // Unix sockets have no such option, and Netty would log a warning for each connection.
        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .directExecutor()
        // Fixed, because measuring it takes a ping for every batch of requests.
        .flowControlWindow(FLOW_CONTROL_WINDOW)
        // HandshakeTimeout replaces this timer; for this value, grpc-java starts none.
        .handshakeTimeout(Long.MAX_VALUE, TimeUnit.MILLISECONDS)
        .maxInboundMessageSize(limits.message())
        .maxInboundMetadataSize(limits.metadata() * METADATA_SLACK)
        .maxConcurrentCallsPerConnection(limits.streams())
        .maxRstFramesPerWindow(limits.resets(), (int) limits.resetWindow().toSeconds())
        .maxConnectionIdle(limits.idle().toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Returns a listening channel that counts and bounds the connections that it accepts. */
  static ServerChannel listening(AcceptedConnections connections) {
    EpollServerDomainSocketChannel channel = new EpollServerDomainSocketChannel();
    channel.pipeline().addLast(connections);
    return channel;
  }

  /** Returns a channel for a socket that already listens; its path must not be removed. */
  private static ServerChannel adopt(int fd, AcceptedConnections connections) {
    EpollServerDomainSocketChannel channel = new EpollServerDomainSocketChannel(fd, true);
    channel
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void bind(
                  ChannelHandlerContext context, SocketAddress address, ChannelPromise done) {
                done.setSuccess(); // already bound
              }
            },
            connections);
    return channel;
  }

  /** Adds the caller, and a mark that refuses the calls of a surplus connection. */
  private static Attributes identify(Channel connection, Attributes attributes) throws IOException {
    Attributes identified = SocketCaller.of(connection).addTo(attributes);
    identified = CallConnection.addTo(identified, connection);
    identified = SentFrames.addTo(identified, connection);
    Verdict surplus = AcceptedConnections.surplus(connection);
    return surplus == null ? identified : CallLimits.surplus(identified, surplus);
  }

  /**
   * Returns the handlers of a connection's frames, with the checks that Netty and grpc-java omit.
   */
  private static List<ChannelHandler> frameHandlers(
      Http2ConnectionHandler http2, Duration requestWait) {
    Http2ConnectionDecoder decoder = http2.decoder();
    HeadersTimeout timeout = new HeadersTimeout(requestWait);
    Http2FrameListener calls = new CompactData(decoder.frameListener(), http2.connection());
    decoder.frameListener(new RequestFrames(calls, http2, timeout::requested));
    FrameScanner scanner =
        new FrameScanner(
            new StreamOpener(http2.connection()),
            new FrameFloods(http2, System::nanoTime),
            timeout);
    return List.of(timeout, scanner, new JoinedWrites());
  }
}
