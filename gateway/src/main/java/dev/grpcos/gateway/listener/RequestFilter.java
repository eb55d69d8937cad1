package dev.grpcos.gateway.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;

/** Decides on each HEADERS frame of a client, with or without a priority. */
abstract class RequestFilter extends Http2FrameListenerDecorator {
  RequestFilter(Http2FrameListener listener) {
    super(listener);
  }

  /** Returns whether to pass the frame on; if not, this method has answered it. */
  abstract boolean accept(ChannelHandlerContext context, int id, Http2Headers headers)
      throws Http2Exception;

  @Override
  public final void onHeadersRead(
      ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end)
      throws Http2Exception {
    if (accept(context, id, headers)) {
      super.onHeadersRead(context, id, headers, padding, end);
    }
  }

  @Override
  public final void onHeadersRead(
      ChannelHandlerContext context,
      int id,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    if (accept(context, id, headers)) {
      super.onHeadersRead(context, id, headers, dependency, weight, exclusive, padding, end);
    }
  }
}
