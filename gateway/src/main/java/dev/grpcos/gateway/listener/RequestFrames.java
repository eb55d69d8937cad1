package dev.grpcos.gateway.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Adds to the frames of a client what Netty and grpc-java omit. It is one listener for all of it,
 * because each further one delays every frame.
 */
final class RequestFrames extends Http2FrameListenerDecorator {
  private final RequestHeaders headers;
  private final HttpRefusals refusals;
  private final UnreadRequests unread;

  private boolean isSetUp;

  /**
   * Creates a listener that passes the frames on to this one.
   *
   * @param requested runs for each request
   */
  RequestFrames(Http2FrameListener listener, Http2ConnectionHandler http2, Runnable requested) {
    super(listener);
    headers = new RequestHeaders(http2.connection(), requested);
    refusals = new HttpRefusals(http2.encoder());
    unread = new UnreadRequests(http2.connection());
  }

  /** The first SETTINGS frame completes the connection's set-up. */
  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    if (!isSetUp) {
      isSetUp = true;
      context.pipeline().remove(HandshakeTimeout.class);
      unread.begin(context);
    }
    listener.onSettingsRead(context, settings);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int id, Http2Headers received, int padding, boolean end)
      throws Http2Exception {
    if (accept(context, id, received)) {
      listener.onHeadersRead(context, id, received, padding, end);
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int id,
      Http2Headers received,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    if (accept(context, id, received)) {
      listener.onHeadersRead(context, id, received, dependency, weight, exclusive, padding, end);
    }
  }

  private boolean accept(ChannelHandlerContext context, int id, Http2Headers received)
      throws Http2Exception {
    return headers.accept(this, context, id, received) && refusals.accept(context, id, received);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end)
      throws Http2Exception {
    return unread.discards(id)
        ? data.readableBytes() + padding
        : listener.onDataRead(context, id, data, padding, end);
  }
}
