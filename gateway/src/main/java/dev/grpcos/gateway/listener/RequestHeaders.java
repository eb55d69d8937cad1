package dev.grpcos.gateway.listener;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Resets the stream of a request without a method, scheme or path, ends a request at its trailers,
 * and recognizes requests with JSON.
 *
 * <p>Neither Netty nor grpc-java treats the first as malformed, and grpc-java takes trailers for
 * another request. The first SETTINGS frame completes the connection's set-up.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1">RFC 9113, request
 *     pseudo-header fields</a>
 */
final class RequestHeaders extends RequestFilter {
  private static final int TYPE_LENGTH = JsonResponses.TYPE.length();

  private final Http2Connection connection;
  private final Runnable requested;

  /** Null before the first request with JSON. */
  private @Nullable JsonResponses json;

  private boolean isSetUp;

  /**
   * Creates a listener that passes the frames on to this one.
   *
   * @param requested runs for each request
   */
  RequestHeaders(Http2FrameListener listener, Http2Connection connection, Runnable requested) {
    super(listener);
    this.connection = connection;
    this.requested = requested;
  }

  @Override
  boolean accept(ChannelHandlerContext context, int id, Http2Headers headers)
      throws Http2Exception {
    if (!isRequest(context, id, headers)) {
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

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    if (!isSetUp) {
      isSetUp = true;
      context.pipeline().remove(HandshakeTimeout.class);
    }
    super.onSettingsRead(context, settings);
  }

  private boolean isRequest(ChannelHandlerContext context, int id, Http2Headers headers)
      throws Http2Exception {
    if (!isMissing(headers.method())
        && !isMissing(headers.scheme())
        && !isMissing(headers.path())) {
      return true;
    }
    Http2Stream stream = connection.stream(id);
    if (stream != null && stream.isTrailersReceived()) {
      int unused = super.onDataRead(context, id, Unpooled.EMPTY_BUFFER, 0, true);
      return false;
    }
    throw Http2Exception.streamError(
        id, Http2Error.PROTOCOL_ERROR, "a request without :method, :scheme or :path");
  }

  private static boolean isMissing(@Nullable CharSequence value) {
    return value == null || value.isEmpty();
  }
}
