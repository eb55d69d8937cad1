package dev.grpcos.gateway.channel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Sends a call that waited for a stream as soon as another call frees one.
 *
 * <p>If the other call is cancelled, its stream is closed when the reset has been sent. Netty then
 * writes the waiting call, and would send it only with the next frame of the connection.
 */
final class WaitingCalls extends Http2ConnectionAdapter {
  private final Http2ConnectionHandler http2;
  private final ChannelHandlerContext context;

  /** Creates a listener for the connection of this handler with this context. */
  WaitingCalls(Http2ConnectionHandler http2, ChannelHandlerContext context) {
    this.http2 = http2;
    this.context = context;
  }

  /** Netty has already given the free stream to a waiting call, so none is free again. */
  @Override
  public void onStreamClosed(Http2Stream stream) {
    Http2Connection.Endpoint<?> client = http2.connection().local();
    if (client.numActiveStreams() >= client.maxActiveStreams()) {
      context.executor().execute(() -> http2.flush(context));
    }
  }
}
