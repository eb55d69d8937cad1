package dev.grpcos.gateway.listener;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
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
final class UnreadRequests {
  private final Http2Connection connection;

  /** Marks the streams whose further data is discarded. */
  private final Http2Connection.PropertyKey discards;

  UnreadRequests(Http2Connection connection) {
    this.connection = connection;
    this.discards = connection.newKey();
  }

  /** Begins to look at the streams; called at the first SETTINGS frame of a client. */
  void begin(ChannelHandlerContext context) {
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

  /** Returns whether the data of this stream is discarded. */
  boolean discards(int id) {
    Http2Stream stream = connection.stream(id);
    return stream != null && stream.getProperty(discards) != null;
  }
}
