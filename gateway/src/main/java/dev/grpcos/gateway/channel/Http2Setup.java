package dev.grpcos.gateway.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;

/**
 * The first handler of a connection to a server: adds {@link JoinedWrites} before grpc-java's
 * handler of HTTP/2, and {@link CompactData}, {@link UnsentRequests} and {@link WaitingCalls} to
 * it, and removes itself.
 *
 * <p>grpc-java has no hook for this. It adds its handler after the connection or, with TLS, after
 * the handshake, but always before the first read that can contain a response.
 */
final class Http2Setup extends ChannelInboundHandlerAdapter {
  private Http2Setup() {}

  /** Adds the handler to a new channel, and returns the channel. */
  static <C extends Channel> C addTo(C channel) {
    channel.pipeline().addLast(new Http2Setup());
    return channel;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
    if (http2 != null) {
      Http2ConnectionDecoder decoder = http2.decoder();
      decoder.frameListener(new CompactData(decoder.frameListener(), http2.connection()));
      ChannelHandlerContext place = context.pipeline().context(http2);
      http2.connection().addListener(new UnsentRequests(http2, place));
      http2.connection().addListener(new WaitingCalls(http2, place));
      // TLS joins the writes of a record itself, and completes them with the record.
      if (context.pipeline().get(SslHandler.class) == null) {
        context.pipeline().addBefore(place.name(), null, new JoinedWrites());
      }
      context.fireChannelRead(message);
      context.pipeline().remove(this);
    } else {
      context.fireChannelRead(message);
    }
  }
}
