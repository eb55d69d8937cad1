package dev.grpcos.gateway.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Receives and discards the rest of a request after the end of the response.
 *
 * <p>grpc-java stops reading there, and does not open the client's flow control window again. A
 * client could never send the rest of a request that is larger than the window. The stream would
 * stay open as long as the connection: it would count against {@code limits.streams}, and a
 * stopping gateway would wait for it.
 *
 * @see <a href="https://github.com/grpc/grpc-java/issues/2162">grpc-java issue 2162</a>
 */
final class UnreadRequests extends Http2FrameListenerDecorator {
  private final Http2Connection connection;

  /** Marks the streams whose further data is discarded. */
  private final Http2Connection.PropertyKey discards;

  private boolean isSetUp;

  UnreadRequests(Http2FrameListener listener, Http2Connection connection) {
    super(listener);
    this.connection = connection;
    this.discards = connection.newKey();
  }

  /** Begins with the first frame of a client. */
  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    if (!isSetUp) {
      isSetUp = true;
      connection.addListener(
          new Http2ConnectionAdapter() {
            @Override
            public void onStreamHalfClosed(Http2Stream stream) {
              if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
                responseEnds(context, stream);
              }
            }
          });
    }
    super.onSettingsRead(context, settings);
  }

  /** Waits until the end of the response is written, because grpc-java reads the request so far. */
  private void responseEnds(ChannelHandlerContext context, Http2Stream stream) {
    var unused =
        context
            .write(Unpooled.EMPTY_BUFFER)
            .addListener(
                (ChannelFuture written) -> {
                  if (written.isSuccess()) {
                    discard(context, stream);
                  }
                });
  }

  private void discard(ChannelHandlerContext context, Http2Stream stream) throws Http2Exception {
    stream.setProperty(discards, Boolean.TRUE);
    Http2LocalFlowController window = connection.local().flowController();
    if (window.consumeBytes(stream, window.unconsumedBytes(stream))) {
      context.flush();
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end)
      throws Http2Exception {
    Http2Stream stream = connection.stream(id);
    return stream == null || stream.getProperty(discards) == null
        ? super.onDataRead(context, id, data, padding, end)
        : data.readableBytes() + padding;
  }
}
