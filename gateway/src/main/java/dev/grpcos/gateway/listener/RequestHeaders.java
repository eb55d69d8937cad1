package dev.grpcos.gateway.listener;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Resets the stream of a request without a method, scheme or path, ends a request at its trailers,
 * and recognizes requests with JSON.
 *
 * <p>Neither Netty nor grpc-java treats the first as malformed, and grpc-java takes trailers for
 * another request.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1">RFC 9113, request
 *     pseudo-header fields</a>
 */
final class RequestHeaders {
  private static final int TYPE_LENGTH = JsonResponses.TYPE.length();

  private final Http2Connection connection;
  private final Runnable requested;

  /** Null before the first request with JSON. */
  private @Nullable JsonResponses json;

  /**
   * @param requested runs for each request
   */
  RequestHeaders(Http2Connection connection, Runnable requested) {
    this.connection = connection;
    this.requested = requested;
  }

  /**
   * Returns whether these headers begin a request; if not, they are handled.
   *
   * @param listener gets the end of the request, if these are its trailers
   */
  boolean accept(
      Http2FrameListener listener, ChannelHandlerContext context, int id, Http2Headers headers)
      throws Http2Exception {
    if (!isRequest(listener, context, id, headers)) {
      return false;
    }
    requested.run();
    expectJson(context, id, headers);
    return true;
  }

  private void expectJson(ChannelHandlerContext context, int id, Http2Headers headers) {
    CharSequence type = headers.get(JsonResponses.CONTENT_TYPE);
    if (type == null
        || !AsciiString.regionMatches(type, false, 0, JsonResponses.TYPE, 0, TYPE_LENGTH)) {
      return;
    }
    JsonResponses responses = json;
    if (responses == null) {
      responses = new JsonResponses(connection);
      json = responses;
      context.pipeline().addLast(responses);
    }
    responses.expect(id);
  }

  private boolean isRequest(
      Http2FrameListener listener, ChannelHandlerContext context, int id, Http2Headers headers)
      throws Http2Exception {
    if (!isMissing(headers.method())
        && !isMissing(headers.scheme())
        && !isMissing(headers.path())) {
      return true;
    }
    Http2Stream stream = connection.stream(id);
    if (stream != null && stream.isTrailersReceived()) {
      int unused = listener.onDataRead(context, id, Unpooled.EMPTY_BUFFER, 0, true);
      return false;
    }
    throw Http2Exception.streamError(
        id, Http2Error.PROTOCOL_ERROR, "a request without :method, :scheme or :path");
  }

  private static boolean isMissing(@Nullable CharSequence value) {
    return value == null || value.isEmpty();
  }
}
