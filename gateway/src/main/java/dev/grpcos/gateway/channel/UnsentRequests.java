package dev.grpcos.gateway.channel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;

/**
 * Resets the stream of a call whose response has ended, if its request cannot be sent completely.
 *
 * <p>The rest of a large request waits until the server opens its flow control window. A server
 * that has ended the call may never do so, for example one of grpc-java. The rest would stay in
 * memory, and the stream open, as long as the connection.
 *
 * @see <a href="https://github.com/grpc/grpc-java/issues/2162">grpc-java issue 2162</a>
 */
final class UnsentRequests extends Http2ConnectionAdapter {
  /**
   * The time in which a server may receive the rest, or reset the stream itself. Resets are the
   * last resort, because servers close a connection with too many of them.
   */
  private static final int PATIENCE_SECONDS = 1;

  private final Http2ConnectionHandler http2;
  private final ChannelHandlerContext context;

  /** Creates a listener for the connection of this handler with this context. */
  UnsentRequests(Http2ConnectionHandler http2, ChannelHandlerContext context) {
    this.http2 = http2;
    this.context = context;
  }

  @Override
  public void onStreamHalfClosed(Http2Stream stream) {
    if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
      var unused =
          context.executor().schedule(() -> reset(stream), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void reset(Http2Stream stream) {
    if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
      var unused =
          http2.resetStream(context, stream.id(), Http2Error.CANCEL.code(), context.newPromise());
      http2.flush(context);
    }
  }
}
