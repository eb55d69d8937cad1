package dev.grpcos.gateway.peer;

import io.grpc.Attributes;
import io.grpc.ServerCredentials;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Cleartext HTTP/2 that adds the peer's identity to the transport attributes before the first call.
 *
 * <p>This is the only class that uses internals of grpc-netty, because there is no other way to set
 * transport attributes. When a connection is set up, grpc-java passes an event with the
 * connection's attributes down the pipeline; the handler here comes first and adds to them. {@code
 * PeerNegotiatorTest} fails if another version of grpc-java does this differently.
 *
 * @see <a href="https://github.com/grpc/grpc-java/issues/2646">grpc-java issue 2646</a>
 */
public final class PeerNegotiator implements InternalProtocolNegotiator.ProtocolNegotiator {
  private final InternalProtocolNegotiator.ProtocolNegotiator plaintext =
      InternalProtocolNegotiators.serverPlaintext();
  private final BiFunction<Channel, Attributes, Attributes> more;
  private final Function<Http2ConnectionHandler, ChannelHandler> frames;

  private PeerNegotiator(
      BiFunction<Channel, Attributes, Attributes> more,
      Function<Http2ConnectionHandler, ChannelHandler> frames) {
    this.more = more;
    this.frames = frames;
  }

  /**
   * Returns credentials for a server on a Unix socket.
   *
   * @param more adds further information about a connection to its attributes
   * @param frames returns the handler that reads a connection's bytes before this HTTP/2 handler
   *     decodes them
   */
  public static ServerCredentials credentials(
      BiFunction<Channel, Attributes, Attributes> more,
      Function<Http2ConnectionHandler, ChannelHandler> frames) {
    return InternalNettyServerCredentials.create(new PeerNegotiator(more, frames));
  }

  @Override
  public AsciiString scheme() {
    return plaintext.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpcHandler) {
    return new AttributesHandler(plaintext.newHandler(grpcHandler), frames.apply(grpcHandler));
  }

  @Override
  public void close() {
    plaintext.close();
  }

  private final class AttributesHandler extends ChannelInboundHandlerAdapter {
    private final ChannelHandler next;
    private final ChannelHandler frameHandler;

    AttributesHandler(ChannelHandler next, ChannelHandler frameHandler) {
      this.next = next;
      this.frameHandler = frameHandler;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws IOException {
      if (!(event instanceof ProtocolNegotiationEvent negotiation)) {
        context.fireUserEventTriggered(event);
        return;
      }
      Channel channel = context.channel();
      Attributes attributes =
          PeerIdentity.of(channel)
              .addTo(InternalProtocolNegotiationEvent.getAttributes(negotiation));
      context.pipeline().addBefore(context.name(), null, frameHandler);
      context.pipeline().replace(context.name(), null, next);
      context.fireUserEventTriggered(
          InternalProtocolNegotiationEvent.withAttributes(
              negotiation, more.apply(channel, attributes)));
    }
  }
}
