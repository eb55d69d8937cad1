package dev.grpcos.gateway.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Opens the stream of each HEADERS frame before Netty decodes the frame.
 *
 * <p>Netty answers invalid headers with RST_STREAM, as HTTP/2 requires, but does not count the
 * stream as one that has existed. The DATA frame that usually follows is then a connection error,
 * which ends all calls of the connection. A stream that is already open is reset like any other.
 *
 * <p>{@code OddCallsTest} checks this behaviour of Netty.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.1.1">RFC 9113, malformed
 *     messages</a>
 */
final class StreamOpener implements FrameHeads {
  private final Http2Connection connection;

  StreamOpener(Http2Connection connection) {
    this.connection = connection;
  }

  @Override
  public void frame(ChannelHandlerContext context, int length, byte type, byte flags, int stream) {
    if (type != Http2FrameTypes.HEADERS
        || connection.goAwaySent()
        || connection.streamMayHaveExisted(stream)) {
      return;
    }
    try {
      connection.remote().createStream(stream, false);
    } catch (Http2Exception e) {
      // Netty detects the same error when it decodes the frame, and answers it.
    }
  }
}
