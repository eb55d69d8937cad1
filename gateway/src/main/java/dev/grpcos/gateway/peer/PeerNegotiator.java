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
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Cleartext HTTP/2 that adds the peer's identity to the transport attributes before the first call.
 *
 * <p>It uses internals of grpc-netty, because there is no other way to set transport attributes.
 * When a connection is set up, grpc-java passes an event with the connection's attributes down the
 * pipeline; the handler here comes first and adds to them. {@code PeerNegotiatorTest} fails if
 * another version of grpc-java does this differently.
 *
 * @see <a href="https://github.com/grpc/grpc-java/issues/2646">grpc-java issue 2646</a>
 */
public final class PeerNegotiator implements InternalProtocolNegotiator.ProtocolNegotiator {
  private final InternalProtocolNegotiator.ProtocolNegotiator plaintext =
      InternalProtocolNegotiators.serverPlaintext();
  private final Identification identification;
  private final Function<Http2ConnectionHandler, List<ChannelHandler>> frames;
  private final UnaryOperator<ChannelHandler> first;

  /** Reads the caller of a connection; called on the connection's event loop. */
  @FunctionalInterface
  public interface Identification {
    /** Returns the attributes with the caller of this connection added. */
    Attributes identify(Channel connection, Attributes attributes) throws IOException;
  }

  private PeerNegotiator(
      Identification identification,
      Function<Http2ConnectionHandler, List<ChannelHandler>> frames,
      UnaryOperator<ChannelHandler> first) {
    this.identification = identification;
    this.frames = frames;
    this.first = first;
  }

  /**
   * Returns credentials for a server on a Unix socket.
   *
   * @param identification adds the caller to the attributes of a connection
   * @param frames returns the handlers between a connection and this HTTP/2 handler, in the order
   *     in which they read its bytes
   * @param first returns the handler that precedes this one, which sets up HTTP/2 when it receives
   *     grpc-java's event
   */
  public static ServerCredentials credentials(
      Identification identification,
      Function<Http2ConnectionHandler, List<ChannelHandler>> frames,
      UnaryOperator<ChannelHandler> first) {
    return InternalNettyServerCredentials.create(new PeerNegotiator(identification, frames, first));
  }

  @Override
  public AsciiString scheme() {
    return plaintext.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpcHandler) {
    return first.apply(
        new AttributesHandler(plaintext.newHandler(grpcHandler), frames.apply(grpcHandler)));
  }

  @Override
  public void close() {
    plaintext.close();
  }

  private final class AttributesHandler extends ChannelInboundHandlerAdapter {
    private final ChannelHandler next;
    private final List<ChannelHandler> frameHandlers;

    AttributesHandler(ChannelHandler next, List<ChannelHandler> frameHandlers) {
      this.next = next;
      this.frameHandlers = frameHandlers;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws IOException {
      if (!(event instanceof ProtocolNegotiationEvent negotiation)) {
        context.fireUserEventTriggered(event);
        return;
      }
      Channel channel = context.channel();
      Attributes attributes =
          identification.identify(
              channel, InternalProtocolNegotiationEvent.getAttributes(negotiation));
      for (ChannelHandler each : frameHandlers) {
        context.pipeline().addBefore(context.name(), null, each);
      }
      context.pipeline().replace(context.name(), null, next);
      context.fireUserEventTriggered(
          InternalProtocolNegotiationEvent.withAttributes(negotiation, attributes));
    }
  }
}
